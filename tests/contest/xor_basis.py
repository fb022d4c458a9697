def basis(a):
    b = []
    for x in a:
        for y in b: x = min(x, x ^ y)
        if x: b.append(x)
    return sorted(b, reverse=True)
print(basis([9, 5, 12, 15, 7, 1 << 70]), (1 << 70).bit_length())
