from typing import List, Optional
class_ = 0
def f(a: List[int], k: Optional[int] = None) -> int:
    total: int = 0
    for i in range(len(a)):
        total += a[i] * (k if k is not None else 1)
    return total
print(f([1, 2, 3]), f(k=2, a=[4]), f(*[[5, 6]]))
