# SPDX-License-Identifier: MIT
#
# scripts.awk - C initialisers of cpm_bench_script from scripts. The head
# of a script is comment lines:
#
#     # bench: NAME: title
#     # call: f({n})
#     # args: linear:300000:15
#     # columns: naive,cpm,other=g({n})

function quoted(text) {
    gsub(/\\/, "\\\\", text)
    gsub(/"/, "\\\"", text)
    return "\"" text "\""
}

function after(text, mark) {
    return substr(text, index(text, mark) + length(mark))
}

function flush_script() {
    if (name == "")
        return
    if (call == "" || args == "" || columns == "") {
        print "bench_scripts.awk: " file ": call, args or columns are missing" > "/dev/stderr"
        exit 1
    }
    printf "{\n    %s,\n    %s,\n    %s,\n    %s,\n    %s,\n%s},\n", quoted(name), quoted(title),
           quoted(call), quoted(args), quoted(columns), text
    name = ""
}

FNR == 1 {
    flush_script()
    file = FILENAME
    text = call = args = columns = ""
}
/^# bench: / {
    rest = after($0, "# bench: ")
    name = substr(rest, 1, index(rest, ":") - 1)
    title = after(rest, ": ")
}
/^# call: / { call = after($0, "# call: ") }
/^# args: / { args = after($0, "# args: ") }
/^# columns: / { columns = after($0, "# columns: ") }
{ text = text "    " quoted($0) " \"\\n\"\n" }
END { flush_script() }
