# SPDX-License-Identifier: MIT
# Lines of code from --show, run where they are meant for: the values are those of
# PARI, Python, SymPy and a C++ compiler.

load helper

# A sequence as arguments and indices of terms to compare.
sequences() {
    printf '%s\n' "fib" "--signature=3,-1,4 --init=2,0,-5" "--gf=(1+x^5)/(1-2*x) --offset=3" \
        "--gf=1/(3-x)+x^3 --offset=-2" "--gf=x^2-1/2" "--gf=0" "tribonacci --offset=7"
}

# The terms from the offset on, twelve of them, one a line.
terms() {
    cpmcalc "$@" | head -12
}

offset_of() {
    cpmcalc "$@" --show offset
}

@test "pari" {
    command -v gp > /dev/null || skip 'gp is not installed'
    while read -r line; do
        read -ra args <<< "$line"
        o=$(offset_of "${args[@]}")
        { cpmcalc "${args[@]}" --show pari; echo "for(n=$o,$o+11,print(a(n)))"; } > a.gp
        diff <(gp -q -f a.gp < /dev/null) <(terms "${args[@]}")
    done < <(sequences)
}

# Coefficients that vary: names of the catalogue, and rules with powers, fractions, a
# remainder, two sequences, an index that begins elsewhere.
varying() {
    printf '%s\n' apery motzkin derangements beside-central-2 double-factorial rencontres-1 \
        'a(n)=n*a(n-1)+2^n;a(0)=1' 'a(n)=a(n-1)+1/n;a(0)=0' 'a(n)=n*a(n-1)%1000;a(0)=1' \
        'd(n)=f(n+2)-n*f(n);f(n)=n*f(n-1)+1/2;f(0)=1' 'a(n)=n*a(n-3)+a(n-1);a(5)=1;a(6)=2/3;a(7)=-1'
}

@test "pari, coefficients that vary" {
    command -v gp > /dev/null || skip 'gp is not installed'
    while read -r spec; do
        o=$(offset_of "$spec")
        { cpmcalc "$spec" --show pari; echo "for(n=$o,$o+11,print(a(n)))"; } > a.gp
        diff <(gp -q -f a.gp < /dev/null) <(terms "$spec")
    done < <(varying)
}

@test "python, coefficients that vary" {
    while read -r spec; do
        o=$(offset_of "$spec")
        { cpmcalc "$spec" --show python; echo "for n in range($o, $o + 12): print(a(n))"; } > a.py
        diff <(python3 a.py) <(terms "$spec")
    done < <(varying)
}

@test "python" {
    while read -r line; do
        read -ra args <<< "$line"
        o=$(offset_of "${args[@]}")
        { cpmcalc "${args[@]}" --show python; echo "for n in range($o, $o + 12): print(a(n))"; } > a.py
        diff <(python3 a.py) <(terms "${args[@]}")
    done < <(sequences)
    { cpmcalc --guess 1,1,2,3,5,0,5,5,2,7,1,0,1,1 --mod 8 --show python; echo 'print(a(30))'; } > a.py
    [ "$(python3 a.py)" = "$(cpmcalc fib --nth 31 --mod 8)" ]
}

@test "sympy" {
    python3 -c 'import sympy' 2> /dev/null || skip 'sympy is not installed'
    while read -r line; do
        read -ra args <<< "$line"
        o=$(offset_of "${args[@]}")
        { cpmcalc "${args[@]}" --show sympy; echo "for n in range($o, $o + 12): print(a(n))"; } > a.py
        diff <(python3 a.py) <(terms "${args[@]}")
    done < <(sequences)
}

@test "cpp" {
    command -v g++ > /dev/null || skip 'g++ is not installed'
    for args in fib '--signature=3,-1,4 --init=2,0,-5' '--gf=(1+x^5)/(1-2*x)' '--gf=x^2-1' '--gf=0'; do
        # shellcheck disable=SC2086 # words
        { echo '#include <iostream>'; echo '#include <vector>'; cpmcalc $args --show cpp
          echo 'int main() { for (long n = 0; n < 12; n++) std::cout << a<long long>(n) << "\n"; }'
        } > a.cpp
        g++ -Wall -o a.out a.cpp
        # shellcheck disable=SC2086
        diff <(./a.out) <(terms $args)
    done
}

@test "the closed form, summed over the roots by PARI" {
    command -v gp > /dev/null || skip 'gp is not installed'
    echo 'sumr(p,f,n)={my(v=polroots(p));round(real(sum(i=1,#v,f(v[i])*v[i]^n)))};' > a.gp
    for name in fib padovan perrin tribonacci pell jacobsthal; do
        closed=$(cpmcalc $name --show closed)
        case $closed in
        'sum('*) ;;
        *) continue ;;
        esac
        f=${closed#sum(} f=${f%%)\*r^*}')'
        p=$(cpmcalc $name --show charpoly)
        echo "for(k=0,12,print(sumr($p,r->$f,k)))" > b.gp
        diff <(gp -q -f a.gp b.gp < /dev/null) <(cpmcalc $name | head -13)
    done
}

# Random generating functions with multiple roots, one a line.
random_gfs() {
    python3 - "$1" <<'END'
import random, sys
random.seed(20261127)
factors = ['1-x', '1+x', '1-2*x', '3+x', '1-x-x^2', '1+x+x^2', '1-3*x+x^3', '2-x', '1-x^3-x^4', '1+4*x^2']
for _ in range(int(sys.argv[1])):
    den = '*'.join('(%s)^%d' % (f, random.randint(1, 3)) for f in random.sample(factors, random.randint(1, 3)))
    num = '+'.join('(%d)*x^%d' % (random.randint(-5, 5), k) for k in random.sample(range(9), 3))
    print('(%s+1)/(%s)' % (num, den))
END
}

@test "closed forms with multiple roots, by PARI" {
    command -v gp > /dev/null || skip 'gp is not installed'
    random_gfs 60 > gfs
    while read -r gf; do
        for offset in 0 -2; do
            closed=$(cpmcalc --gf "$gf" --offset $offset --show closed)
            first=$((offset + 20)) # past the exceptions
            formula=$(sed -E 's/ for n >=.*//; s/sum\(/S(r->/g; s/ = 0\)/)/g' <<< "$closed")
            echo "{v=[$(cpmcalc --gf "$gf" --offset $offset --nth $first..$((first + 9)) | paste -sd,)];"
            echo "for(k=1,10,n=$first+k-1;d=abs(($formula)-v[k]);if(d>1e-9,print(\"$gf $offset \",n,\" \",d)))}"
        done
    done < gfs > b.gp
    echo 'S(f,p)={my(v=polroots(p));sum(i=1,#v,f(v[i]))};' > a.gp
    [ "$(grep -c 'S(r' b.gp)" -gt 30 ]
    run gp -q -f a.gp b.gp < /dev/null
    [ -z "$output" ] || { echo "$output"; false; }
}

@test "growth: terms come near to it, by PARI" {
    command -v gp > /dev/null || skip 'gp is not installed'
    random_gfs 80 > gfs
    while read -r gf; do
        growth=$(cpmcalc --gf "$gf" --show growth)
        echo "{n=4000;a=$(cpmcalc --gf "$gf" --nth 4000);"
        case $growth in
        O*) echo "if(abs(a)>1000*(${growth#O}),print(\"$gf $growth\"))}" ;;
        *) echo "if(abs(a/($growth)-1.)>1/50,print(\"$gf $growth\"))}" ;;
        esac
    done < gfs > a.gp
    run gp -q -f a.gp < /dev/null
    [ -z "$output" ] || { echo "$output"; false; }
    [ "$(grep -c 'O(' a.gp)" -gt 5 ]
    [ "$(grep -vc 'O(' a.gp)" -gt 80 ]
}

@test "what is not told" {
    ask --gf '1/(1-x)^101' --show closed
    ended 1
    complained 'cpmcalc: error: a closed form with multiple roots is not written above order 100'
    ask --signature 1/2 --init 1 --show cpp
    ended 1
    complained 'cpmcalc: error: cpp is not told of fractions'
    ask 'cur = max(p1, 3)' --init 1 --show rule
    ended 1
    ask --gf '1/(1-17*x)' --show oeis
    ended 1
    complained 'cpmcalc: error: the catalogue does not have it'
}

@test "lines of Python and PARI for a hundred sequences of the OEIS" {
    head -100 "$TOP/tests/data/oeis-gf.jsonl" > sequences
    python3 - sequences > questions <<'END'
import json, sys
poly = lambda c: '+'.join('(%s)*x^%d' % (v, k) for k, v in enumerate(c))
for i, line in enumerate(open(sys.argv[1])):
    f = json.loads(line)
    print("--gf '(%s)/(%s)' --offset %d --show python,pari" % (poly(f['num']), poly(f['den']), i % 7 - 3))
END
    cpmcalc --batch questions --format json > answers
    python3 - sequences answers > a.gp <<'END'
import json, sys
for i, (line, answer) in enumerate(zip(open(sys.argv[1]), open(sys.argv[2]), strict=True)):
    terms = json.loads(line)['terms'][:15]
    code = json.loads(answer)['show']
    names = {}
    exec(code['python'], names)
    found = [str(names['a'](k + i % 7 - 3)) for k in range(len(terms))]
    assert found == terms, (i, found, terms)
    print(code['pari'])
    print('{for(k=1,%d,if(a(k-1+%d)!=[%s][k],print("sequence %d, term ",k)))}'
          % (len(terms), i % 7 - 3, ','.join(terms), i))
END
    [ "$(grep -c '^{for' a.gp)" -eq 100 ]
    command -v gp > /dev/null || skip 'gp is not installed'
    run gp -q -f a.gp < /dev/null
    [ -z "$output" ] || { echo "$output"; false; }
}
