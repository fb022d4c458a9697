# SPDX-License-Identifier: MIT
#
# make help lists the targets. Objects go to build/VARIANT; the only file made
# beside the sources is ./cpmcalc, a link to the release program.

VERSION := $(shell sed -n 's/^\#define CPM_VERSION "\(.*\)"/\1/p' include/cpmcalc.h)
SOVERSION := 0

PREFIX  ?= /usr/local
DESTDIR ?=
BINDIR  := $(DESTDIR)$(PREFIX)/bin
LIBDIR  := $(DESTDIR)$(PREFIX)/lib
INCDIR  := $(DESTDIR)$(PREFIX)/include
MANDIR  := $(DESTDIR)$(PREFIX)/share/man
BASHDIR := $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHDIR  := $(DESTDIR)$(PREFIX)/share/zsh/site-functions
FISHDIR := $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d

CC       ?= cc
VARIANT  ?= release
B        := build/$(VARIANT)
OPTFLAGS ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wundef -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wpointer-arith -Wwrite-strings
ifdef CI
WARN += -Werror
endif
CPPFLAGS_ALL := -D_DEFAULT_SOURCE -Iinclude -Isrc -I$(B)/gen $(CPPFLAGS)
CFLAGS_ALL   := -std=c17 $(OPTFLAGS) $(WARN) -fPIC -fvisibility=hidden -pthread $(CFLAGS)
LDLIBS_ALL   := -lflint -lgmp -lm -pthread $(LDLIBS)

# Variants: the same rules with other flags, in a folder of their own.
ifeq ($(VARIANT),asan)
CFLAGS_ALL += -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS    += -fsanitize=address,undefined
endif
ifeq ($(VARIANT),tsan)
CFLAGS_ALL += -O1 -fsanitize=thread
LDFLAGS    += -fsanitize=thread
endif
ifeq ($(VARIANT),tiny)
CPPFLAGS_ALL += -DCPM_TINY_LIMITS
endif

LIB_SRC  := $(filter-out src/cli/%,$(wildcard src/*/*.c))
CLI_SRC  := $(wildcard src/cli/*.c)
LIB_OBJ  := $(LIB_SRC:src/%.c=$(B)/%.o)
CLI_OBJ  := $(CLI_SRC:src/%.c=$(B)/%.o)
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/%)

PROGRAM := $(B)/cpmcalc
STATIC  := $(B)/libcpmcalc.a
SHARED  := $(B)/libcpmcalc.so.$(VERSION)

.PHONY: all deps check unit cases bats install uninstall asan lint format bench bench-peers clean help
.DEFAULT_GOAL := all

all: $(STATIC) $(SHARED) $(PROGRAM) cpmcalc ## build the library and the program

cpmcalc: build/release/cpmcalc
	ln -sf $< $@

$(PROGRAM): $(CLI_OBJ) $(STATIC)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LDLIBS_ALL)

$(STATIC): $(LIB_OBJ)
	rm -f $@
	$(AR) rcs $@ $^

$(SHARED): $(LIB_OBJ)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -shared -Wl,-soname,libcpmcalc.so.$(SOVERSION) -o $@ $^ $(LDLIBS_ALL)

$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(B)/tests/%: tests/unit/%.c $(wildcard tests/unit/*.h) $(STATIC)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) -Itests/unit $(CFLAGS_ALL) $(LDFLAGS) -o $@ $< $(STATIC) $(LDLIBS_ALL)

# The catalogue is data: its entries become C initialisers.
$(B)/gen/catalogue_data.inc: src/seq/catalogue.txt src/seq/catalogue.awk
	@mkdir -p $(@D)
	awk -f src/seq/catalogue.awk src/seq/catalogue.txt > $@.tmp
	mv $@.tmp $@

$(B)/seq/catalogue.o: $(B)/gen/catalogue_data.inc

unit: $(UNIT_BIN) ## build and run the unit tests
	@status=0; for t in $(UNIT_BIN); do $$t || status=1; done; exit $$status

# Cases are data; the runner is plain C. The README is run like a case file.
CASE_FILES := $(wildcard tests/cases/*.txt tests/errors/*.txt) $(wildcard README.md)

$(B)/tests/run-cases: tests/run-cases.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $<

cases: $(B)/tests/run-cases $(PROGRAM) ## run the program on tests/cases and tests/errors
	@$< $(PROGRAM) $(CASE_FILES)

bats: $(PROGRAM) ## run the tests of the command line's contract (tests/cli)
	@if command -v bats > /dev/null; then CPMCALC=$(abspath $(PROGRAM)) bats tests/cli; \
	else echo 'bats: skipped, bats is not installed (make deps)'; fi

check: unit cases bats ## run all the tests

PEER_BIN := $(patsubst bench/peers/%.c,$(B)/bench/%,$(wildcard bench/peers/*.c)) $(B)/bench/gp

$(B)/bench/%: bench/peers/%.c bench/peers/clock.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $< -lflint -lgmp -lm

$(B)/bench/gp: bench/peers/gp
	@mkdir -p $(@D)
	cp $< $@

$(B)/bench/bench: bench/bench.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $<

bench: $(PROGRAM) $(B)/bench/bench $(PEER_BIN) ## time the program against GMP and FLINT (ROWS=large: very large terms)
	@$(B)/bench/bench $(PROGRAM) $(B)/bench $(ROWS)

bench-peers: $(PROGRAM) $(B)/bench/bench $(PEER_BIN) ## compare with GMP, FLINT and PARI/GP side by side
	@$(B)/bench/bench $(PROGRAM) $(B)/bench peers

clean: ## remove everything that was built
	rm -rf build cpmcalc

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | sort | expand -t 12

-include $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d)
