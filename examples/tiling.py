# Tilings of a 3 by 2n board with dominoes, for n up to 10**18 modulo a prime:
# the contest's way is a matrix, here it is the loop as it stands.
def tilings(n):
    full = 1    # 3 by 2k filled
    corner = 0  # one cell missing, two mirrored ways together
    for k in range(n):
        full, corner = 3 * full + corner, 2 * full + corner
    return full

def stairs(n):
    """Ways up n stairs by steps of 1, 2 or 5."""
    a, b, c, d, e = 0, 0, 0, 0, 1
    for i in range(n):
        a, b, c, d, e = b, c, d, e, e + d + a
    return e
