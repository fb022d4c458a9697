# fish completion for cpmcalc; generated from src/cli/options.def

# A LIST is numbers, or @FILE.
function __cpmcalc_list
    set -l token (string replace -r '^--[a-z]+=' '' -- (commandline -ct))
    string match -q '@*' -- $token; or return
    for file in (__fish_complete_path (string sub -s 2 -- $token))
        echo @$file
    end
end

complete -c cpmcalc -f
complete -c cpmcalc -a "(cpmcalc --list 2> /dev/null | string replace -r ' .*' '')"
complete -c cpmcalc -s n -l nth -x -a '(__cpmcalc_list)' -d 'which terms; A..B..STEP too (default: first 20)'
complete -c cpmcalc -s m -l mod -x -d 'the terms modulo M, any M >= 1'
complete -c cpmcalc -l sum -x -d 'the sum of these terms'
complete -c cpmcalc -l first -x -d 'the first K digits of the terms, however large'
complete -c cpmcalc -l last -x -d 'their last K digits'
complete -c cpmcalc -l length -d 'their number of digits'
complete -c cpmcalc -l show -x -d 'facts: rule, signature, init, order, gf, ...'
complete -c cpmcalc -l matrix -x -a '(__cpmcalc_list)' -d 'the N-th power of the matrix \'a,b;c,d\''
complete -c cpmcalc -l edges -d '--matrix is a graph: lines \'u v\' or \'u v weight\''
complete -c cpmcalc -l undirected -d 'the edges lead both ways'
complete -c cpmcalc -l verify -r -F -d 'compare with the terms in FILE, such as a b-file'
complete -c cpmcalc -l batch -r -F -d 'many questions, one a line (\'-\': standard input)'
complete -c cpmcalc -l list -d 'list the catalogue, or what it has of a word'
complete -c cpmcalc -s i -l init -x -a '(__cpmcalc_list)' -d 'the first terms'
complete -c cpmcalc -l offset -x -d 'the index of the first of them (default 0)'
complete -c cpmcalc -l signature -x -a '(__cpmcalc_list)' -d 'the coefficients, newest term first'
complete -c cpmcalc -l gf -x -d 'a generating function, such as \'x/(1-x-x^2)\''
complete -c cpmcalc -l guess -x -a '(__cpmcalc_list)' -d 'terms: the shortest recurrence they obey'
complete -c cpmcalc -l of -x -d 'which of several sequences is printed; or all'
complete -c cpmcalc -l set -x -d 'give a named constant its value; repeatable'
complete -c cpmcalc -s f -l file -r -F -d 'run the program in FILE (\'-\': standard input)'
complete -c cpmcalc -s e -l expr -x -d 'the same, the program given in place'
complete -c cpmcalc -l dialect -x -a 'py3 py2 loop' -d 'its language (default py3; loop is recognised)'
complete -c cpmcalc -l strict -d 'what must run plainly is an error'
complete -c cpmcalc -l iters-limit -x -d 'run loops of at most N steps plainly (default auto)'
complete -c cpmcalc -l types -x -d 'kinds of numbers: int (default) or int,rational'
complete -c cpmcalc -l no-min-rows -d 'keep rows that are unused or predictable'
complete -c cpmcalc -l no-clear-stack -d 'do not zero scratch variables after use'
complete -c cpmcalc -s s -l semiring -x -a 'auto plus-times max-plus min-plus mul-pow or-and and-or xor-and max-times min-times max-min min-max gcd-lcm' -d 'the pair of operations (default auto)'
complete -c cpmcalc -l engine -x -a 'auto naive matrix doubling recurrence splitting primes words progression units period' -d 'force one engine (default auto)'
complete -c cpmcalc -l check -d 'find each answer by a second engine and compare'
complete -c cpmcalc -l explain -d 'show matrix, recurrence and engine on stderr'
complete -c cpmcalc -l dump -x -a 'ast matcode map closure matrix' -d 'print a stage of the translation instead'
complete -c cpmcalc -s b -l base -x -d 'write terms in base B, 2 to 62 (default 10)'
complete -c cpmcalc -l format -x -a 'text bfile json csv dot' -d 'text (default), bfile (\'n a(n)\'), json, and more'
complete -c cpmcalc -l bench -d 'a table of times: of NAME, a SPEC or a program'
complete -c cpmcalc -l args -x -d 'the arguments of the table'
complete -c cpmcalc -l columns -x -d 'its columns: naive, cpm, an engine, -m, NAME=CALL'
complete -c cpmcalc -l plot -r -F -d 'draw the table, or the terms of --nth, to FILE'
complete -c cpmcalc -l threads -x -d 'how many threads may work (default: all CPUs)'
complete -c cpmcalc -l max-memory -x -d 'refuse what needs more (default: 3/4 of the free)'
complete -c cpmcalc -l timeout -x -d 'end with status 4 after this time'
complete -c cpmcalc -l time -d 'say on stderr how long each phase took'
complete -c cpmcalc -l progress -a 'auto always never' -d 'show progress on stderr (default: never)'
complete -c cpmcalc -s q -l quiet -d 'no notes on stderr, errors only'
complete -c cpmcalc -s h -l help -d 'print this help'
complete -c cpmcalc -s V -l version -d 'print the version'
