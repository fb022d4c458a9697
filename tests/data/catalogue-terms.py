#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes catalogue-terms.txt: the first terms of every catalogue entry.

Each line of FORMULAS is NAME: EXPRESSION in n, a closed formula, a count of
the objects that the title names, or a property that is searched for; never the
recurrence of the catalogue. The expression is written into the output as the
source of the terms. Run from the root of the repository:

    python3 tests/data/catalogue-terms.py > tests/data/catalogue-terms.txt
"""
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, permutations, product
from math import comb, isqrt, prod
import re
import sys

NTERMS = 13


class Quad:
    """a + b*sqrt(d), exact."""

    def __init__(self, a, b, d):
        self.a, self.b, self.d = Fraction(a), Fraction(b), d

    def __mul__(self, o):
        return Quad(self.a * o.a + self.d * self.b * o.b, self.a * o.b + self.b * o.a, self.d)


def quad(a, b, d, n):
    """(a + b*sqrt(d))^n by n multiplications (divisions when n < 0)."""
    base = Quad(a, b, d)
    if n < 0:
        norm = base.a**2 - d * base.b**2
        base, n = Quad(base.a / norm, -base.b / norm, d), -n
    power = Quad(1, 0, d)
    for _ in range(n):
        power = power * base
    return power


def F(n):
    """Fibonacci numbers by Binet's formula in Q(sqrt 5)."""
    return 2 * quad(Fraction(1, 2), Fraction(1, 2), 5, n).b


def L(n):
    """Lucas numbers by Binet's formula in Q(sqrt 5)."""
    return 2 * quad(Fraction(1, 2), Fraction(1, 2), 5, n).a


def sign(p):
    """Of a permutation, by its inversions."""
    return (-1) ** sum(p[i] > p[j] for j in range(len(p)) for i in range(j))


def two_regular(n, least=3):
    """Labelled graphs on n points that are unions of cycles of `least` and more points,
    the first of which is taken out with its point of the least number."""
    if n == 0:
        return 1
    return sum(comb(n - 1, k - 1) * prod(range(1, k)) // 2 * two_regular(n - k)
               for k in range(least, n + 1))


def convolution_power(terms, e, n):
    """Coefficient n of the e-th power of a power series."""
    power = [1] + [0] * n
    for _ in range(e):
        power = [sum(power[j] * terms[i - j] for j in range(i + 1)) for i in range(n + 1)]
    return power[n]


def compositions(n, parts):
    """All ordered sums of n with the given parts, listed one by one."""
    if n == 0:
        yield ()
    for p in parts:
        if p <= n:
            for rest in compositions(n - p, parts):
                yield (p,) + rest


def comps(n, parts):
    return 0 if n < 0 else sum(1 for _ in compositions(n, parts))


def trace(rows, n):
    """The trace of the n-th power of a matrix: the sum of the n-th powers of its eigenvalues."""
    dim = range(len(rows))
    power = [[int(i == j) for j in dim] for i in dim]
    for _ in range(n):
        power = [[sum(power[i][k] * rows[k][j] for k in dim) for j in dim] for i in dim]
    return sum(power[i][i] for i in dim)


def companion(coeffs):
    """A matrix whose eigenvalues are the roots of x^d - c1*x^(d-1) - ... - cd."""
    d = len(coeffs)
    return [list(coeffs)] + [[int(j == i) for j in range(d)] for i in range(d - 1)]


def words(n, digits, bad):
    """Words of length n over 0..digits-1 that do not match the pattern."""
    return sum(1 for w in product("0123456789"[:digits], repeat=n) if not re.search(bad, "".join(w)))


@lru_cache(None)
def dominoes(rows, cols, filled=0):
    """Domino tilings, square by square over a broken profile."""
    full = (1 << rows) - 1
    if cols == 0:
        return int(filled == 0)
    if filled == full:
        return dominoes(rows, cols - 1, 0)

    def fill(mask, ahead):
        if mask == full:
            return dominoes(rows, cols - 1, ahead)
        low = next(r for r in range(rows) if not mask >> r & 1)
        total = fill(mask | 1 << low, ahead | 1 << low)
        if low + 1 < rows and not mask >> (low + 1) & 1:
            total += fill(mask | 3 << low, ahead)
        return total

    return fill(filled, 0)


def spanning_trees(nvertices, edges):
    """Kirchhoff's theorem: a principal minor of the Laplacian, by exact elimination."""
    lap = [[Fraction(0)] * nvertices for _ in range(nvertices)]
    for u, v in edges:
        lap[u][u] += 1
        lap[v][v] += 1
        lap[u][v] -= 1
        lap[v][u] -= 1
    m = [row[1:] for row in lap[1:]]
    det = Fraction(1)
    for i in range(len(m)):
        pivot = next((r for r in range(i, len(m)) if m[r][i]), None)
        if pivot is None:
            return 0
        if pivot != i:
            m[i], m[pivot], det = m[pivot], m[i], -det
        det *= m[i][i]
        for r in range(i + 1, len(m)):
            f = m[r][i] / m[i][i]
            m[r] = [x - f * y for x, y in zip(m[r], m[i])]
    return det


def ladder(n):
    return [(i, i + 1) for i in range(0, 2 * n, 2)] + [(i, i + 2) for i in range(2 * n - 2)]


def wheel(n):
    return [(0, i) for i in range(1, n + 1)] + [(i, i % n + 1) for i in range(1, n + 1)]


def continued(whole, period, k, numerator):
    """The k-th convergent of [whole; period, period, ...]: its numerator or denominator."""
    x = None
    for i in reversed(range(k)):
        q = whole if i == 0 else period[(i - 1) % len(period)]
        x = Fraction(q) if x is None else q + 1 / x
    return x.numerator if numerator else x.denominator


def kth(first, test):
    """The n-th number, from 0, that has the property (searched for one by one)."""
    def get(n):
        x = first
        while True:
            if test(x):
                if n == 0:
                    return x
                n -= 1
            x += 1
    return get


def square(x):
    return x >= 0 and isqrt(x) ** 2 == x


def chebyshev(kind, n, x):
    """T(n,x) or U(n,x) from the explicit sums over binomial coefficients."""
    if kind == "T":
        return sum(comb(n, 2 * k) * (x * x - 1) ** k * x ** (n - 2 * k) for k in range(n // 2 + 1))
    return sum(comb(n + 1, 2 * k + 1) * (x * x - 1) ** k * x ** (n - 2 * k) for k in range(n // 2 + 1))


def U(p, q, n):
    """Lucas sequence U(p,q): (r^n - s^n)/(r - s) for the roots of x^2 - p*x + q."""
    return 2 * quad(Fraction(p, 2), Fraction(1, 2), p * p - 4 * q, n).b


def V(p, q, n):
    """Lucas sequence V(p,q): r^n + s^n."""
    return 2 * quad(Fraction(p, 2), Fraction(1, 2), p * p - 4 * q, n).a


def polygonal(sides, n):
    return ((sides - 2) * n * n - (sides - 4) * n) // 2


def stirling2(n, k):
    return sum((-1) ** (k - j) * comb(k, j) * j**n for j in range(k + 1)) // prod(range(1, k + 1))


def coins(n, values):
    """Multisets of coins, listed: the last coin's number is tried in full."""
    if not values:
        return int(n == 0)
    return sum(coins(n - k * values[-1], values[:-1]) for k in range(n // values[-1] + 1))


def power_sums(e, n):
    return sum(k**e for k in range(1, n + 1))


def centered(sides, n):
    """Centred polygonal numbers, the n-th from 1: a point and n-1 polygons around it."""
    return 1 + sum(sides * k for k in range(1, n))


def lattice_points(dim, n):
    """Points of Z^dim with |x1| + ... + |xd| <= n, by the last coordinate."""
    if dim == 0:
        return 1
    return sum(lattice_points(dim - 1, n - abs(x)) for x in range(-n, n + 1))


@lru_cache(None)
def bricks(rows, cols, shapes, filled=()):
    """Tilings of a rectangle by squares of the given sides, the leftmost free cell first;
    filled[r] is how many columns of row r are taken."""
    filled = filled or (0,) * rows
    low = min(filled)
    if low == cols:
        return 1
    r = filled.index(low)
    total = 0
    for side in shapes:
        if r + side <= rows and low + side <= cols and all(filled[r + i] == low for i in range(side)):
            taken = tuple(low + side if r <= i < r + side else x for i, x in enumerate(filled))
            total += bricks(rows, cols, shapes, taken)
    return total


@lru_cache(None)
def independent(rows, cols, last=0):
    """Sets of vertices of a grid without neighbours, column by column."""
    if cols == 0:
        return 1
    return sum(independent(rows, cols - 1, mask) for mask in range(1 << rows)
               if not mask & mask >> 1 and not mask & last)


@lru_cache(None)
def matchings(rows, cols, filled=0):
    """Sets of edges of a grid without common ends, square by square."""
    if cols == 0:
        return int(filled == 0)

    def fill(r, mask, ahead):
        if r == rows:
            return matchings(rows, cols - 1, ahead)
        if mask >> r & 1:
            return fill(r + 1, mask, ahead)
        total = fill(r + 1, mask, ahead) + fill(r + 1, mask, ahead | 1 << r)
        if r + 1 < rows and not mask >> (r + 1) & 1:
            total += fill(r + 1, mask | 2 << r, ahead)
        return total

    return fill(0, filled, 0)


@lru_cache(None)
def boxes(length, filled=0):
    """Fillings of a 2 x 2 x length box with bricks 1 x 1 x 2, layer by layer."""
    if length == 0:
        return int(filled == 0)

    def fill(mask, ahead):
        if mask == 15:
            return boxes(length - 1, ahead)
        low = next(i for i in range(4) if not mask >> i & 1)
        total = fill(mask | 1 << low, ahead | 1 << low)
        for other in ((1, 2), (0, 3), (0, 3), (1, 2))[low]:  # cells 0 1 / 2 3
            if not mask >> other & 1:
                total += fill(mask | 1 << low | 1 << other, ahead)
        return total

    return fill(filled, 0)


def n_bonacci(k, n):
    """Words of length n-k over two letters without k equal first letters in a row, by the
    generating function sum of (x + ... + x^k)^j."""
    return 0 if n < k - 1 else compositions_up_to(n - k + 1, k)


def compositions_up_to(n, k):
    """Ordered sums of n with parts from 1 to k, by inclusion and exclusion."""
    if n == 0:
        return 1
    return sum((-1) ** i * comb(j, i) * comb(n - k * i - 1, j - 1)
               for j in range(1, n + 1) for i in range((n - j) // k + 1) if n - k * i >= 1)


def hanoi(n, steps):
    """Least number of moves of n disks, each to the next of three pegs, that bring a tower
    `steps` pegs further, by a search in breadth (bfs)."""
    start, goal, seen, count = (0,) * n, (steps,) * n, {(0,) * n}, 0
    front = [start]
    while goal not in seen:
        following = []
        for state in front:
            for disk in range(n):
                peg, to = state[disk], (state[disk] + 1) % 3
                if peg in state[:disk] or to in state[:disk]:
                    continue
                new = state[:disk] + (to,) + state[disk + 1:]
                if new not in seen:
                    seen.add(new)
                    following.append(new)
        front, count = following, count + 1
    return count


def low_neighbours(n, first):
    """Words of length n over 0, 1, 2 whose neighbours have a sum of 2 at most, from one of the
    first letters."""
    return sum(1 for w in product(range(3), repeat=n)
               if w[:1] and w[0] in first and all(x + y <= 2 for x, y in zip(w, w[1:])))


def walks(points, n):
    """Walks of n steps on a path of so many points from its end, step by step."""
    at = [1] + [0] * (points - 1)
    for _ in range(n):
        at = [sum(at[j] for j in (i - 1, i + 1) if 0 <= j < points) for i in range(points)]
    return sum(at)


def whole_quotients(n, numerator):
    """Of [0; 1, 2, ..., n-1]: its numerator or denominator."""
    x = Fraction(0)
    for q in reversed(range(1, n)):
        x = 1 / (q + x)
    return x.numerator if numerator else x.denominator


def up_to_reversal(n):
    """Binary words of length n, a word and its reversal counted once, one by one."""
    return sum(1 for w in product((0, 1), repeat=n) if w <= w[::-1])


def max_product(n):
    """The largest product of parts of n, over all partitions."""
    @lru_cache(None)
    def best(m, least):
        return max([m if m >= least else 0] + [p * best(m - p, p) for p in range(least, m // 2 + 1)])
    return 1 if n == 0 else best(n, 1)


def triangles(n):
    """Triangles of all sizes, upright or not, in a triangular grid of side n."""
    upright = sum(comb(n - k + 2, 2) for k in range(1, n + 1))
    turned = sum(comb(n - 2 * k + 2, 2) for k in range(1, n // 2 + 1))
    return upright + turned


def moves(n, steps, long):
    """How many moves a piece has on an n x n board, from all squares together."""
    count = 0
    for x in range(n):
        for y in range(n):
            for dx, dy in steps:
                u, v = x + dx, y + dy
                while 0 <= u < n and 0 <= v < n:
                    count += 1
                    if not long:
                        break
                    u, v = u + dx, v + dy
    return count


ROOK = ((1, 0), (-1, 0), (0, 1), (0, -1))
BISHOP = ((1, 1), (1, -1), (-1, 1), (-1, -1))
KNIGHT = tuple((s * a, t * b) for a, b in ((1, 2), (2, 1)) for s in (1, -1) for t in (1, -1))


def integer_triangles(n):
    """Triangles with integer sides and circumference n."""
    return sum(1 for a in range(1, n) for b in range(a, n) if b <= n - a - b < a + b)


def catalan(n):
    return comb(2 * n, n) - comb(2 * n, n + 1)


def avoiding_1234(n):
    """Permutations without an increasing subsequence of length 4: pairs of Young tableaux
    of one shape with at most three rows, by the hook formula."""
    total = 0
    for a in range(n + 1):
        for b in range(min(a, n - a) + 1):
            c = n - a - b
            if c > b:
                continue
            x, y, z = a + 2, b + 1, c
            tableaux = Fraction(prod(range(1, n + 1)) * (x - y) * (x - z) * (y - z),
                                prod(range(1, x + 1)) * prod(range(1, y + 1)) * prod(range(1, z + 1)))
            total += tableaux**2
    return total


FORMULAS = """
fib: F(n)
lucas: L(n)
negafib: F(-n)
fib-even-index: F(2*n)
fib-odd-index: F(2*n-1)
even-fib: F(3*n)
fib-4n: F(4*n)
fib-squares: F(n)**2
fib-cubes: F(n)**3
golden-rectangle: F(n)*F(n+1)
fib-minus-1: F(n)-1
n-fib: n*F(n)
fib-convolution: sum(F(k)*F(n-k) for k in range(n+1))
lucas-even-index: L(2*n)
lucas-odd-index: L(2*n+1)
wheel-trees: L(2*n)-2 if n < 3 else spanning_trees(n+1, wheel(n))
leonardo: 2*F(n+1)-1
pell: U(2,-1,n)
pell-lucas: V(2,-1,n)
half-companion-pell: 1 if n == 0 else continued(1, [2], n, True)
bronze-fib: U(3,-1,n)
bronze-lucas: V(3,-1,n)
sqrt5-denominators: 0 if n == 0 else continued(2, [4], n, False)
sqrt5-numerators: 1 if n == 0 else continued(2, [4], n, True)
jacobsthal: (2**n - (-1)**n)//3
jacobsthal-lucas: 2**n + (-1)**n
lichtenberg: 2**(n+1)//3
stitches: sum(3**k*comb(n-k,k) for k in range(n//2+1))
lucas-1-4: sum(4**k*comb(n-k,k) for k in range(n//2+1))
lucas-2-2: U(2,-2,n)
lucas-2-2-half: V(2,-2,n)/2
ternary-words: words(n, 3, "00") if n < 9 else sum(comb(n-k+1,k)*2**(n-k) for k in range(n))
lucas-2-3: (3**n - (-1)**n)//4
lucas-3-4: (4**n - (-1)**n)//5
lucas-3-2: U(3,-2,n+1)
tribonacci: comps(n-2, (1,2,3))
tribonacci-010: comps(n-1, (1,2,3)) - comps(n-2, (1,2,3))
tribonacci-111: comps(n, (1,2,3)) - comps(n-2, (1,2,3))
tribonacci-lucas: trace(companion([1,1,1]), n)
tetranacci: comps(n-3, (1,2,3,4))
tetranacci-1111: comps(n, (1,2,3,4)) - comps(n-2, (1,2,3,4)) - 2*comps(n-3, (1,2,3,4))
tetranacci-lucas: trace(companion([1,1,1,1]), n)
pentanacci: comps(n-4, (1,2,3,4,5))
hexanacci: comps(n-5, (1,2,3,4,5,6))
heptanacci: comps(n-6, (1,2,3,4,5,6,7))
octanacci: comps(n-7, (1,2,3,4,5,6,7,8))
padovan: 1 if n == 0 else comps(n-3, (2,3))
padovan-spiral: comps(n+1, (2,3))
perrin: trace(companion([0,1,1]), n)
narayana: comps(n, (1,3))
narayana-lucas: trace(companion([1,0,1]), n)
lag-4: comps(n-1, (1,4))
lag-5: comps(n, (1,5))
no-lone-ones: 0 if n == 0 else 1 if n < 2 else words(n-2, 2, "(^|0)1(0|$)")
parts-1-3-4: comps(n, (1,3,4))
parts-1-2-5: comps(n, (1,2,5))
powers-2: 2**n
powers-3: 3**n
powers-4: 4**n
powers-5: 5**n
powers-6: 6**n
powers-7: 7**n
powers-8: 8**n
powers-9: 9**n
powers-10: 10**n
powers-12: 12**n
mersenne: 2**n-1
powers-2-plus-1: 2**n+1
powers-2-minus-2: 2**n-2
grassmannian: 2**n-n
eulerian: 2**n-n-1
thabit: 0 if n == 0 else 3*2**(n-1)-1
half-powers-3-minus: (3**n-1)//2
half-powers-3-plus: (3**n+1)//2
powers-3-minus-1: 3**n-1
powers-3-minus-2: 3**n-2**n
powers-2-plus-3: 2**n+3**n
powers-1-2-3: 1+2**n+3**n
repunits-4: (4**n-1)//3
repunits-5: (5**n-1)//4
repunits: (10**n-1)//9
nines: 10**n-1
powers-4-minus-2: 4**n-2**n
perfect-form: (4**n-2**n)//2
stirling-3: stirling2(n,3)
cullen: n*2**n+1
woodall: n*2**n-1
n-powers-2: n*2**n
hypercube-edges: n*2**n//2
composition-parts: (n+2)*2**n//2
genus-hypercube: (n-1)*2**n+1
zeros: 0
ones: 1
characteristic-0: 0**n
parity: n%2
mod-3: n%3
mod-4: n%4
alternating: (-1)**n
one-two: 1+n%2
not-divisible-3: int(n%3 != 0)
cyclotomic-3: (1,-1,0)[n%3]
cyclotomic-4: (1,0,-1,0)[n%4]
cyclotomic-6: (1,1,0,-1,-1,0)[n%6]
zigzag-4: (0,1,2,1)[n%4]
half-floor: n//2
third-floor: n//3
all-integers: (n+1)//2*(1 if n%2 else -1)
quarter-squares: n*n//4
third-squares: n*n//3
half-squares: n*n//2
half-squares-up: (n*n+1)//2
partitions-3: coins(n, (1,2,3))
change-1-2-5-10: coins(n, (1,2,5,10))
natural: n
nonnegative: n
even: 2*n
odd: 2*n+1
multiples-3: 3*n
multiples-5: 5*n
multiples-10: 10*n
one-mod-3: 3*n+1
one-mod-4: 4*n+1
squares: n**2
cubes: n**3
fourth-powers: n**4
fifth-powers: n**5
sixth-powers: n**6
squares-plus-1: n**2+1
sum-squares: sum(k**2 for k in range(n+1))
sum-cubes: sum(k**3 for k in range(n+1))
sum-fourth-powers: sum(k**4 for k in range(n+1))
triangular: polygonal(3,n)
oblong: n*(n+1)
pentagonal: polygonal(5,n)
pentagonal-second: polygonal(5,-n)
pentagonal-generalized: polygonal(5, (n+1)//2 if n%2 else -(n//2))
hexagonal: polygonal(6,n)
hexagonal-second: polygonal(6,-n)
heptagonal: polygonal(7,n)
octagonal: polygonal(8,n)
nonagonal: polygonal(9,n)
decagonal: polygonal(10,n)
hendecagonal: polygonal(11,n)
dodecagonal: polygonal(12,n)
centered-triangular: 1 + 3*n*(n-1)//2
centered-square: 1 + 4*n*(n+1)//2
centered-pentagonal: 1 + 5*n*(n+1)//2
centered-hexagonal: (n+1)**3 - n**3
centered-heptagonal: 1 + 7*n*(n-1)//2
centered-octagonal: (2*n+1)**2
centered-nonagonal: 1 + 9*n*(n-1)//2
centered-decagonal: 1 + 10*n*(n-1)//2
star: 6*n*(n-1)+1
central-polygonal: n*n-n+1
lazy-caterer: comb(n,0)+comb(n,1)+comb(n,2)
cake: sum(comb(n,k) for k in range(4))
circle-regions: 1+comb(n,2)+comb(n,4)
tetrahedral: comb(n+2,3)
pentagonal-pyramidal: sum(polygonal(5,k) for k in range(n+1))
hexagonal-pyramidal: sum(polygonal(6,k) for k in range(n+1))
pentatope: comb(n,4)
pyramidal-4d: n**2*(n**2-1)//12
octahedral: n*(2*n**2+1)//3
centered-octahedral: sum(1 for x in range(-n,n+1) for y in range(-n,n+1) for z in range(-n,n+1) if abs(x)+abs(y)+abs(z) <= n)
centered-cube: n**3+(n+1)**3
stella-octangula: n*(2*n**2-1)
dodecahedral: n*(3*n-1)*(3*n-2)//2
rhombic-dodecahedral: n**4-(n-1)**4
domino-3: 1 if n == 0 else dominoes(3, 2*(n-1))
domino-4: 0 if n == 0 else dominoes(4, n-1)
domino-5: dominoes(5, 2*n)
ladder-trees: 0 if n == 0 else spanning_trees(2*n, ladder(n))
pyramids-path: trace([[2,1],[2,2]], n)//2
lucas-4-2: U(4,2,n+1)
sqrt3-denominators: 0 if n == 0 else continued(1, [1,2], n, False)
sqrt3-numerators: 1 if n == 0 else continued(1, [1,2], n, True)
chebyshev-t-2: chebyshev("T", n, 2)
chebyshev-t-3: chebyshev("T", n, 3)
chebyshev-u-3: 0 if n == 0 else chebyshev("U", n-1, 3)
chebyshev-t-4: chebyshev("T", n, 4)
chebyshev-u-4: 0 if n == 0 else chebyshev("U", n-1, 4)
chebyshev-t-5: chebyshev("T", n, 5)
chebyshev-u-5: 0 if n == 0 else chebyshev("U", n-1, 5)
lucas-v-4: V(4,1,n)
square-triangular: kth(0, lambda t: square(8*t*t+1))(n)**2
square-triangular-index: kth(0, lambda k: square(k*(k+1)//2))(n)
pythagoras-short: kth(0, lambda x: square(x*x+(x+1)**2))(n)
pythagoras-long: kth(0, lambda x: square(x*x+(x+1)**2))(n)+1
pythagoras-hypotenuse: kth(1, lambda z: square(2*z*z-1))(n-1)
pell-even-index: kth(0, lambda y: square(2*y*y+1))(n)
nsw: kth(1, lambda x: x*x%2 == 1 and square((x*x+1)//2))(n)
factorial: prod(range(1,n+1))
factorial-minus-1: prod(range(1,n+1))-1
factorial-plus-1: prod(range(1,n+1))+1
factorial-squares: prod(range(1,n+1))**2
factorial-cubes: prod(range(1,n+1))**3
factorial-even: prod(range(1,2*n+1))
factorial-odd: prod(range(1,2*n+2))
factorial-neighbours: prod(range(1,n+1))*prod(range(1,n+2))
factorial-pairs: prod(range(1,n+1))+prod(range(1,n))
n-factorial: n*prod(range(1,n+1))
double-factorial: prod(range(n,0,-2))
double-factorial-odd: prod(range(1,2*n,2))
double-factorial-even: prod(range(2,2*n+1,2))
odd-factorial-squares: prod(range(1,2*n,2))**2
triple-factorial: prod(range(n,0,-3))
triple-factorial-1: prod(range(1,3*n-1,3))
triple-factorial-2: prod(range(2,3*n,3))
triple-factorial-3: prod(range(3,3*n+1,3))
quartic-factorial-1: prod(range(1,4*n-2,4))
quartic-factorial-3: prod(range(3,4*n,4))
quartic-factorial-4: prod(range(4,4*n+1,4))
quintic-factorial-1: prod(range(1,5*n-3,5))
quintic-factorial-5: prod(range(5,5*n+1,5))
quadruple-factorial: prod(range(n+1,2*n+1))
odd-factorial-quotient: prod(range(n+1,2*n+2))
paired-words: prod(range(1,2*n+1))//2**n
labelled-histories: prod(comb(k,2) for k in range(2,n+1))
alternating-group: sum(1 for p in permutations(range(n)) if sign(p) == 1) if n < 8 else prod(range(3,n+1))
factorial-over-6: prod(range(4,n+1))
factorial-over-24: prod(range(5,n+1))
lah-2: comb(n-1,1)*prod(range(1,n+1))//2
inversions: prod(range(1,n+1))*comb(n,2)//2
half-hyperoctahedral: 1 if n == 0 else 2**(n-1)*prod(range(1,n+1))
left-factorial: sum(prod(range(1,k+1)) for k in range(n))
factorial-sums: sum(prod(range(1,k+1)) for k in range(1,n+1))
alternating-factorials: sum((-1)**(n-k)*prod(range(1,k+1)) for k in range(1,n+1))
derangements: sum((-1)**k*comb(n,k)*prod(range(1,n-k+1)) for k in range(n+1))
rencontres-1: n*sum((-1)**k*comb(n-1,k)*prod(range(1,n-k)) for k in range(n))
some-fixed-points: sum((-1)**(k+1)*comb(n,k)*prod(range(1,n-k+1)) for k in range(1,n+1))
no-successions: sum((-1)**k*comb(n,k)*prod(range(1,n-k+2)) for k in range(n+1))
facet-derangements: sum((-1)**(n-k)*comb(n,k)*2**k*prod(range(1,k+1)) for k in range(n+1))
arrangements: sum(comb(n,k)*prod(range(1,k+1)) for k in range(n+1))
nonempty-arrangements: sum(comb(n,k)*prod(range(1,k+1)) for k in range(1,n+1))
factorial-series: sum(Fraction(prod(range(1,n+1)),prod(range(1,k+1))) for k in range(1,n+1))
factorial-series-2: sum(Fraction(prod(range(1,n+1)),prod(range(1,k+1))) for k in range(2,n+1))
exponential-2: sum(Fraction(prod(range(1,n+1))*2**k,prod(range(1,k+1))) for k in range(n+1))
exponential-minus-2: sum(Fraction(prod(range(1,n+1))*(-2)**k,prod(range(1,k+1))) for k in range(n+1))
exponential-half: sum(Fraction(prod(range(1,n+1))*2**(n-k),prod(range(1,k+1))) for k in range(n+1))
stirling-1-2: prod(range(1,n+1))*sum(Fraction(1,k) for k in range(1,n+1))
involutions: sum(comb(n,2*k)*prod(range(1,2*k,2)) for k in range(n//2+1))
signed-involutions: sum((-1)**(n-k)*comb(n,2*k)*prod(range(1,2*k,2)) for k in range(n//2+1))
coloured-involutions: sum(comb(n,2*k)*prod(range(1,2*k,2))*2**(n-k) for k in range(n//2+1))
hermite-like: sum(comb(n,2*k)*prod(range(1,2*k,2))*2**k for k in range(n//2+1))
hermite-1: sum((-1)**k*comb(n,2*k)*prod(range(1,2*k,2))*2**(n-k) for k in range(n//2+1))
cube-roots-of-identity: sum(Fraction(prod(range(1,n+1)),prod(range(1,k+1))*prod(range(1,n-3*k+1))*3**k) for k in range(n//3+1))
odd-cycles: prod(range(1,n,2))**2 if n%2 == 0 else n*prod(range(1,n-1,2))**2
two-regular-graphs: two_regular(n)
sets-of-lists: 1 if n == 0 else sum(comb(n-1,k-1)*prod(range(k+1,n+1)) for k in range(1,n+1))
partial-permutations: sum(comb(n,k)**2*prod(range(1,k+1)) for k in range(n+1))
laguerre-1: sum((-1)**k*comb(n,k)*prod(range(k+1,n+1)) for k in range(n+1))
bessel-polynomials: sum(Fraction(prod(range(1,n+k+1)),prod(range(1,k+1))*prod(range(1,n-k+1))*2**k) for k in range(n+1))
legendre-5: sum(comb(n,k)*comb(n+k,k)*2**k for k in range(n+1))
legendre-7: sum(comb(n,k)*comb(n+k,k)*3**k for k in range(n+1))
catalan: comb(2*n,n)-comb(2*n,n+1)
catalan-squares: (comb(2*n,n)-comb(2*n,n+1))**2
catalan-products: (comb(2*n,n)-comb(2*n,n+1))*(comb(2*n+2,n+1)-comb(2*n+2,n+2))
catalan-sums-binomial: sum(comb(n-1,k)*(comb(2*k,k)-comb(2*k,k+1)) for k in range(n))
catalan-convolution-3: 0 if n == 0 else comb(2*n,n-1)-comb(2*n,n-2) if n > 1 else 1
catalan-convolution-4: convolution_power([comb(2*k,k)-comb(2*k,k+1) for k in range(n+2)], 4, n)
catalan-convolution-5: convolution_power([comb(2*k,k)-comb(2*k,k+1) for k in range(n+2)], 5, n-2)
super-ballot: Fraction(6*comb(2*n,n),(n+1)*(n+2))
central-binomial: sum(comb(n,k)**2 for k in range(n+1))
central-binomial-odd: sum(comb(n,k)*comb(n+1,k+1) for k in range(n+1))
central-squares: comb(2*n,n)**2
central-products: comb(2*n,n)*(comb(2*n,n)-comb(2*n,n+1))
middle-binomial: max(comb(n,k) for k in range(n+1))
beside-central: comb(2*n,n+1)
beside-central-2: comb(2*n,n-2)
apery-beta: (2*n+1)*comb(2*n,n)
n-central-binomial: n*comb(2*n,n)
binomial-sums-central: sum(comb(n,k)*comb(2*k,k) for k in range(n+1))
binomial-3n: comb(3*n,n)
binomial-4n: comb(4*n,n)
trinomial-equal: comb(2*n,n)*comb(3*n,n)
four-factorials: comb(2*n,n)*comb(3*n,n)*comb(4*n,n)
ramanujan-4n: comb(4*n,2*n)*comb(2*n,n)
ternary-trees: comb(3*n,n)-2*comb(3*n,n-1) if n > 0 else 1
ternary-tree-pairs: sum(Fraction(comb(3*k,k),2*k+1)*Fraction(comb(3*n-3*k,n-k),2*n-2*k+1) for k in range(n+1))
quaternary-trees: comb(4*n,n)-3*comb(4*n,n-1) if n > 0 else 1
quinary-trees: comb(5*n,n)-4*comb(5*n,n-1) if n > 0 else 1
motzkin: sum(comb(n,2*k)*(comb(2*k,k)-comb(2*k,k+1)) for k in range(n//2+1))
riordan: sum((-1)**(n-k)*comb(n,k)*(comb(2*k,k)-comb(2*k,k+1)) for k in range(n+1))
central-trinomial: sum(comb(n,2*k)*comb(2*k,k) for k in range(n//2+1))
directed-animals: 1 if n == 0 else sum(comb(n-1,k)*comb(k,k//2) for k in range(n))
schroeder-large: sum(comb(n+k,2*k)*(comb(2*k,k)-comb(2*k,k+1)) for k in range(n+1))
schroeder-little: 1 if n == 0 else sum(comb(n+k,2*k)*(comb(2*k,k)-comb(2*k,k+1)) for k in range(n+1))//2
delannoy: sum(comb(n,k)**2*2**k for k in range(n+1))
catafusenes: 1 if n == 0 else sum(comb(n-1,k)*(comb(2*k+2,k+1)-comb(2*k+2,k+2)) for k in range(n))
rooted-maps: Fraction(2*3**n*comb(2*n,n),(n+1)*(n+2))
bicubic-maps: 1 if n == 0 else Fraction(3*2**(n-1)*comb(2*n,n),(n+1)*(n+2))
nonseparable-maps: Fraction(2*comb(3*n,n),(n+1)*(2*n+1))
bridgeless-cubic-maps: Fraction(2**n*comb(3*n,n),(n+1)*(2*n+1))
apery: sum(comb(n,k)**2*comb(n+k,k)**2 for k in range(n+1))
apery-2: sum(comb(n,k)**2*comb(n+k,k) for k in range(n+1))
franel: sum(comb(n,k)**3 for k in range(n+1))
franel-4: sum(comb(n,k)**4 for k in range(n+1))
domb: sum(comb(n,k)**2*comb(2*k,k)*comb(2*n-2*k,n-k) for k in range(n+1))
almkvist-zudilin: sum((-1)**(n-k)*3**(n-3*k)*comb(n,3*k)*comb(n+k,n)*comb(3*k,k)*comb(2*k,k) for k in range(n//3+1))
domino-6: dominoes(6, n)
domino-7: dominoes(7, 2*n)
domino-8: dominoes(8, n)
bricks-2-2: boxes(n)
ladder-matchings: matchings(2, n)
grid-matchings-3: matchings(3, n)
grid-independent-3: independent(3, n)
grid-independent-4: independent(4, n)
square-tilings-4: bricks(4, n, (1, 2))
square-tilings-5: bricks(5, n, (1, 2))
words-up-to-reversal: up_to_reversal(n-1)
max-product: max_product(n)
triangles: triangles(n)
integer-triangles: integer_triangles(n)
queen-moves: moves(n, ROOK + BISHOP, True)
rook-moves: moves(n, ROOK, True)
bishop-moves: moves(n, BISHOP, True)
hanoi-cyclic: hanoi(n, 1)
hanoi-cyclic-2: hanoi(n, 2)
sphere-regions: 2*comb(n,1)+2*comb(n,3)
binomial-5: comb(n,5)
binomial-6: comb(n,6)
binomial-7: comb(n,7)
binomial-8: comb(n,8)
stirling-4: stirling2(n,4)
stirling-5: stirling2(n,5)
stirling-6: stirling2(n,6)
sum-fifth-powers: power_sums(5, n)
sum-sixth-powers: power_sums(6, n)
sum-odd-squares: sum((2*k-1)**2 for k in range(1, n+1))
sum-even-squares: sum((2*k)**2 for k in range(1, n+1))
seventh-powers: n**7
eighth-powers: n**8
magic-constants: Fraction(sum(range(1, n*n+1)), n) if n > 0 else 0
n-triangular: n*(n+1)**2//2
square-triangular-matrix: sum(range(1, n*n+1))
cubes-plus-squares: n**3 + n**2
cubes-plus-n: n**3 + n
falling-3: n*(n-1)*(n-2)
squares-plus-n: n + (n+1)**2
n-times-n-plus-2: (n+1)**2 - 1
n-times-n-plus-3: n*(n+3)
diagonals: comb(n+3,2) - (n+3)
squares-plus-2: n**2 + 2
twice-squares: 2*n**2
twice-squares-plus-1: 2*n**2 + 1
triple-squares: 3*n**2
even-squares: (2*n)**2
odd-cubes: (2*n+1)**3
even-cubes: (2*n)**3
squares-neighbours: (2*n-1)*(2*n+1)
circle-plane-regions: 2*(comb(n+1,2)+1)
four-triangular: 4*polygonal(3,n)
three-triangular: 3*polygonal(3,n)
six-triangular: 6*polygonal(3,n)
eight-triangular: 8*polygonal(3,n)
tridecagonal: polygonal(13,n)
tetradecagonal: polygonal(14,n)
pentadecagonal: polygonal(15,n)
hexadecagonal: polygonal(16,n)
icosagonal: polygonal(20,n)
cross-polytope-4: lattice_points(4, n)
octahedron-shell: lattice_points(3, n) - (lattice_points(3, n-1) if n > 0 else 0)
orthoplex-shell-4: lattice_points(4, n) - (lattice_points(4, n-1) if n > 0 else 0)
cube-shell: 1 if n == 0 else (n+1)**3 - (n-1)**3
tetrahedron-shell: 1 if n == 0 else comb(n+3,3) - (comb(n-1,3) if n > 3 else 0)
centered-icosahedral: sum(1 if k == 0 else 10*k*k+2 for k in range(n+1))
pyramidal-4d-pentagonal: sum(k*polygonal(3,k) for k in range(1, n+1))
multiples-3-plus-2: 3*n+2
three-mod-4: 4*n+3
two-mod-4: 4*n+2
one-mod-5: 5*n+1
one-mod-6: 6*n+1
five-mod-6: 6*n+5
multiples-6: 6*n
multiples-7: 7*n
multiples-8: 8*n
multiples-9: 9*n
multiples-12: 12*n
prime-to-6: 6*((n-1)//2) + (1, 5)[(n-1)%2]
powers-11: 11**n
powers-13: 13**n
powers-16: 16**n
odd-powers-2: 2**(2*n+1)
three-powers-2: 3*2**n
five-powers-2: 5*2**n
two-powers-3: 2*3**n
compositions: sum(comb(n-1,k) for k in range(n)) if n > 0 else 1
half-even-powers-2: sum(comb(2*n,2*k) for k in range(n+1))
doubled-powers-2: 2**(n//2)
powers-4-minus-1: 4**n-1
powers-5-minus-1: 5**n-1
powers-3-plus-1: 3**n+1
powers-4-plus-1: 4**n+1
powers-5-plus-1: 5**n+1
powers-10-plus-1: 10**n+1
powers-1-2-3-4: 1+2**n+3**n+4**n
powers-4-minus-3: 4**n-3**n
powers-2-plus-n: 2**n+n
eulerian-double: 2**n-2*n
powers-2-minus-3: 2**n-3
two-powers-3-minus-1: 2*3**n-1
repunits-7: (7**n-1)//6
repunits-8: (8**n-1)//7
repunits-9: (9**n-1)//8
jacobsthal-odd: (2**(2*n+1)+1)//3
rounded-thirds-powers-2: -(-2**n//3)
subsets-3-up: sum(comb(n,k) for k in range(3, n+1))
subsets-4-up: sum(comb(n,k) for k in range(4, n+1))
binomial-sums-5: sum(comb(n,k) for k in range(6))
binomial-sums-123: comb(n,1)+comb(n,2)+comb(n,3)
n-powers-4: sum(k*comb(2*n,2*k) for k in range(n+1))
n-powers-3: n*3**n
squares-powers-2: n**2*2**n
hypercube-squares: comb(n+1,2)*2**(n+1-2) if n > 0 else 0
composition-ones: sum(c.count(1) for c in compositions(n+1, range(1, n+2)))
fib-plus-1: F(n)+1
lucas-minus-1: L(n+1)-1
fib-1-4: F(n-1)+4*F(n)
fib-1-5: F(n-1)+5*F(n)
fib-2-5: 2*F(n-1)+5*F(n)
fib-3-2: 3*F(n-1)+2*F(n)
fib-odd-minus-1: sum(F(2*k) for k in range(1, n+1))
fib-3n-1: F(3*n+1)
fib-4n-2: F(4*n+2)
fib-4-1: F(3*n-1)
metallic-5: U(5,-1,n+1)
metallic-6: U(6,-1,n)
metallic-7: U(7,-1,n+1)
metallic-8: U(8,-1,n+1)
metallic-9: U(9,-1,n)
metallic-10: U(10,-1,n+1)
lucas-1-5: U(1,-5,n+1)
lucas-3-3: U(3,-3,n)
lucas-7-1: U(7,1,n)
sqrt3-convergents: U(4,1,n)+U(4,1,n+1)
pentanacci-lucas: trace(companion([1]*5), n)
hexanacci-lucas: trace(companion([1]*6), n)
nonanacci: n_bonacci(9, n)
lag-6: comps(n, (1, 6))
heptagon-diagonals: 0 if n < 2 else low_neighbours(n-1, (1,))
heptagon-strip: 1 if n == 0 else low_neighbours(n, (0,1,2))
heptagon-paths: walks(6, n)
mod-5: n%5
mod-6: n%6
mod-7: n%7
mod-10: n%10
is-even: int(n%2 == 0)
is-multiple-3: int(n%3 == 0)
signs-2: (-1)**(n*(n-1)//2)
twice-natural: n//2+1
half-ceiling: (n+1)//2
fourth-floor: n//4
fifth-floor: n//5
three-halves-floor: 3*n//2
two-thirds-floor: 2*n//3
partitions-4: coins(n, (1,2,3,4))
partitions-5: coins(n, (1,2,3,4,5))
interleaved-powers-2: (3*2**(n//2)-2) if n % 2 == 0 else 4*2**((n-1)//2)-2
interleaved-mersenne: 2**(n//2+1)-1 if n % 2 == 0 else 3*2**((n-1)//2)-1
powers-3-and-twice: (1+n%2)*3**(n//2)
harmonic: sum(Fraction(1,k) for k in range(1,n+1))
harmonic-odd: sum(Fraction(1,2*k-1) for k in range(1,n+1))
harmonic-alternating: sum(Fraction((-1)**(k+1),k) for k in range(1,n+1))
harmonic-squares: sum(Fraction(1,k*k) for k in range(1,n+1))
harmonic-cubes: sum(Fraction(1,k**3) for k in range(1,n+1))
leibniz: sum(Fraction((-1)**k,2*k+1) for k in range(n+1))
exponential-series: sum(Fraction(1,prod(range(1,k+1))) for k in range(n+1))
wallis: Fraction(prod(4*k*k for k in range(1,n+1)), prod(4*k*k-1 for k in range(1,n+1)))
stirling-1-3: sum(prod(c) for c in combinations(range(1,n), n-3))
no-2-cycles: sum(Fraction((-1)**k*prod(range(1,n+1)), 2**k*prod(range(1,k+1))) for k in range(n//2+1))
involutions-with-holes: sum(comb(n,2*k)*prod(range(1,2*k,2))*2**(n-2*k) for k in range(n//2+1))
bessel-at-2: sum(comb(n,k)*comb(n+k,k)*prod(range(1,k+1)) for k in range(n+1))
whole-quotients: 0 if n == 0 else whole_quotients(n, False)
whole-quotients-numerators: 1 if n == 0 else whole_quotients(n, True)
catalan-sums: sum(catalan(k) for k in range(n+1))
catalan-neighbours: catalan(n)+catalan(n+1)
catalan-powers-3: 3**n*catalan(n)
catalan-square-root: comb(2*n,n) - 4*comb(2*n-2,n-1) if n > 0 else 1
central-binomial-sums: sum(comb(2*k,k) for k in range(n+1))
binomial-4n-2n: comb(4*n,2*n)
central-lattice-pairs: comb(2*n+1,n)*comb(2*n+1,n+1)//(2*n+1)
fine-numbers: 0 if n == 0 else sum((-1)**k*Fraction(k+1,2*n-1-k)*comb(2*n-1-k,n-1-k) for k in range(n))
hexagonal-walks: sum(comb(n,k)**2*comb(2*k,k) for k in range(n+1))
avoiding-1234: avoiding_1234(n)
"""


def main():
    offsets, names = {}, []
    for line in open("src/rec/catalogue.txt"):
        head = re.match(r"([a-z][a-z0-9-]*) (?:A\d{6}|-) (-?\d+)", line)
        if head:
            offsets[head[1]] = int(head[2])
            names.append(head[1])
    formulas = dict(line.split(": ", 1) for line in FORMULAS.strip().splitlines())
    if sorted(formulas) != sorted(names):
        sys.exit(f"names differ: {sorted(set(formulas) ^ set(names))}")
    print("# Written by catalogue-terms.py. NAME OFFSET | where the terms are from | terms")
    for name in names:
        count = 8 if "kth" in formulas[name] or "hanoi" in formulas[name] else NTERMS
        terms = [eval(formulas[name], {**globals(), "n": n})
                 for n in range(offsets[name], offsets[name] + count)]
        print(f"{name} {offsets[name]} | {formulas[name]} | {','.join(str(Fraction(t)) for t in terms)}")


main()
