# SPDX-License-Identifier: MIT
# The completions work in the shells that are installed.

load helper

# complete_bash WORD...: what bash offers for the last word, one a line.
complete_bash() {
    bash -c '
        source "$1"
        shift
        COMP_WORDS=(cpmcalc "$@")
        COMP_CWORD=$#
        _cpmcalc
        printf "%s\n" "${COMPREPLY[@]}"' - "$TOP/completions/cpmcalc.bash" "$@"
}

@test "bash: options, choices, names, files" {
    [ "$(complete_bash --nt)" = --nth ]
    [ "$(complete_bash --engine na)" = naive ]
    [ "$(complete_bash --engine = na)" = naive ]
    [ "$(complete_bash --format = | sort | tr '\n' ' ')" = 'bfile csv dot json text ' ]
    [ "$(complete_bash --progress = al)" = always ]
    complete_bash tribon | grep -qx tribonacci
    touch terms.txt
    [ "$(complete_bash --init @term)" = @terms.txt ]
    [ -z "$(complete_bash --nth fi)" ]
}

@test "bash: every option of --help is offered" {
    for option in $(cpmcalc --help | grep -oE '^ {2,6}(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
        complete_bash "$option" | grep -qx -- "$option"
    done
}

@test "zsh: the completion parses" {
    command -v zsh > /dev/null || skip 'no zsh'
    zsh -n "$TOP/completions/_cpmcalc"
}

@test "fish: options, choices, names" {
    command -v fish > /dev/null || skip 'no fish'
    offered() {
        fish -c "source '$TOP/completions/cpmcalc.fish'; complete -C '$1'" | cut -f 1
    }
    offered 'cpmcalc --nt' | grep -qx -- --nth
    offered 'cpmcalc --engine na' | grep -qx naive
    offered 'cpmcalc tribon' | grep -qx tribonacci
}

@test "zsh: options, choices, names, files" {
    command -v zsh > /dev/null || skip 'no zsh'
    touch terms.txt
    export TOP
    run zsh -f -c '
        zmodload zsh/zpty || exit 77
        zpty shell zsh -f -i
        listen() { local got; while zpty -r -t shell got; do print -rn -- $got; done }
        zpty -w shell "PS1=; fpath=($TOP/completions \$fpath); autoload -U compinit"
        zpty -w shell "compinit -u -D; bindkey \"^I\" list-choices; LISTMAX=1000; print rea\"\"dy"
        zpty -r shell got "*ready*" || exit 77
        for typed in "--eng" "--engine=na" "tribon" "--init @term"; do
            zpty -w -n shell "cpmcalc $typed"$'"'\t'"'
            sleep 1
            listen
            zpty -w -n shell $'"'\C-u'"'
        done'
    [ "$status" -eq 77 ] && skip 'no pseudo-terminal'
    [[ $output == *'--engine  -- force one engine'* ]]
    [[ $output == *naive* ]]
    [[ $output == *tribonacci* ]]
    [[ $output == *terms.txt* ]]
}
