# SPDX-License-Identifier: MIT
#
# Turns catalogue.txt into the initialisers that catalogue.c includes: one
# { name, oeis, aliases, title, offset, spec } a line. Stops at the first entry
# that does not have the form described in catalogue.txt.

function fail(why) {
    printf "%s:%d: %s\n", FILENAME, FNR, why > "/dev/stderr"
    failed = 1
    exit 1
}

function claim(name) {
    if (name !~ /^[a-z][a-z0-9-]*$/)
        fail("not a name: " name)
    if (length(name) > 40) # NAME_CAP in catalogue.c
        fail("name too long: " name)
    if (name in owner)
        fail("name used twice: " name)
    owner[name] = 1
}

BEGIN { print "/* Written from catalogue.txt by catalogue.awk. */" }

/^#/ { next }
/["\\?]/ { fail("quotes, backslashes and question marks are not allowed") }

/^$/ {
    if (nlines != 0 && nlines != 3)
        fail("an entry has three lines")
    nlines = 0
    next
}

{ nlines++ }

nlines == 1 {
    if ($2 !~ /^A[0-9][0-9][0-9][0-9][0-9][0-9]$/ && $2 != "-")
        fail("no OEIS number: " $2)
    if ($3 !~ /^-?[0-9]+$/)
        fail("no offset: " $3)
    claim($1)
    if ($2 in owner)
        fail("OEIS number used twice: " $2)
    if ($2 != "-")
        owner[$2] = 1
    aliases = ""
    for (i = 4; i <= NF; i++) {
        claim($i)
        aliases = aliases (i > 4 ? " " : "") $i
    }
    name = $1
    oeis = $2 == "-" ? "" : $2
    offset = $3
}

nlines == 2 { title = $0 }

nlines == 3 {
    printf "{\"%s\", \"%s\", \"%s\", \"%s\", \"%s\", \"%s\"},\n", \
        name, oeis, aliases, title, offset, $0
}

nlines > 3 { fail("an entry has three lines") }

END {
    if (!failed && nlines != 0 && nlines != 3)
        fail("the last entry is incomplete")
}
