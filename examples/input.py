# Reads a program's input as contest programs do: the number of test cases, then
# a line of integers for each.
#     printf '2\n1 2 3\n4 5\n' | cpmcalc -f examples/input.py
n = int(input())
for case in range(n):
    values = list(map(int, input().split()))
    print(f"case {case + 1}: {sum(values)} of {values}")
