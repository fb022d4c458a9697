# bash completion for cpmcalc; generated from src/cli/options.def

# A LIST is numbers, or @FILE.
_cpmcalc_list() {
    if [[ $1 == @* ]]; then
        compopt -o filenames 2> /dev/null
        COMPREPLY=($(compgen -f -P @ -- "${1#@}"))
    fi
}

_cpmcalc() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} joined=
    # "--option=value" arrives as three words.
    if [[ $cur == '=' ]]; then
        cur='' joined=1
    elif [[ $prev == '=' ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]} joined=1
    fi
    COMPREPLY=()
    case $prev in
    -n|--nth) _cpmcalc_list "$cur"; return ;;
    -m|--mod) return ;;
    --sum) return ;;
    --first) return ;;
    --last) return ;;
    --show) return ;;
    --matrix) _cpmcalc_list "$cur"; return ;;
    --verify) compopt -o filenames 2> /dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --batch) compopt -o filenames 2> /dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
    -i|--init) _cpmcalc_list "$cur"; return ;;
    --offset) return ;;
    --signature) _cpmcalc_list "$cur"; return ;;
    --gf) return ;;
    --guess) _cpmcalc_list "$cur"; return ;;
    --of) return ;;
    --set) return ;;
    -f|--file) compopt -o filenames 2> /dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
    -e|--expr) return ;;
    --dialect)
        COMPREPLY=($(compgen -W 'py3 py2 loop' -- "$cur"))
        return ;;
    --iters-limit) return ;;
    --types) return ;;
    -s|--semiring)
        COMPREPLY=($(compgen -W 'auto plus-times max-plus min-plus mul-pow or-and and-or xor-and max-times min-times max-min min-max gcd-lcm' -- "$cur"))
        return ;;
    --engine)
        COMPREPLY=($(compgen -W 'auto naive matrix doubling recurrence splitting primes words progression units period' -- "$cur"))
        return ;;
    --dump)
        COMPREPLY=($(compgen -W 'ast matcode map closure matrix' -- "$cur"))
        return ;;
    -b|--base) return ;;
    --format)
        COMPREPLY=($(compgen -W 'text bfile json csv dot' -- "$cur"))
        return ;;
    --args) return ;;
    --columns) return ;;
    --plot) compopt -o filenames 2> /dev/null; COMPREPLY=($(compgen -f -- "$cur")); return ;;
    --threads) return ;;
    --max-memory) return ;;
    --timeout) return ;;
    --progress)
        if [[ $joined ]]; then
            COMPREPLY=($(compgen -W 'auto always never' -- "$cur"))
            return
        fi ;;
    esac
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W '--nth -n --mod -m --sum --first --last --length --show --matrix --edges --undirected --verify --batch --list --init -i --offset --signature --gf --guess --of --set --file -f --expr -e --dialect --strict --iters-limit --types --no-min-rows --no-clear-stack --semiring -s --engine --check --explain --dump --base -b --format --bench --args --columns --plot --threads --max-memory --timeout --time --progress --quiet -q --help -h --version -V' -- "$cur"))
    else
        COMPREPLY=($(compgen -W "$(cpmcalc --list 2> /dev/null | cut -d ' ' -f 1)" -- "$cur"))
    fi
}

complete -F _cpmcalc cpmcalc
