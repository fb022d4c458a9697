def gray(n):
    return [i ^ (i >> 1) for i in range(1 << n)]
print([f"{x:03b}" for x in gray(3)])
