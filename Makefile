# SPDX-License-Identifier: MIT
#
# make help lists the targets. Objects go to build/VARIANT below the folder that
# make is run in; the only other file made there is ./cpmcalc, a link to the
# release program. That folder may be another one than this: make -f DIR/Makefile.
# V=1 shows the commands.

# Where the sources are, relative to where make is run.
S := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
ifneq ($(S),.)
vpath %.c $(S)
vpath %.h $(S)
vpath %.awk $(S)
vpath %.txt $(S)
vpath %.py $(S)
endif

VERSION := $(shell sed -n 's/^\#define CPM_VERSION  *"\(.*\)"/\1/p' $(S)/include/cpmcalc.h)
SOVERSION := 0

# ---- Where things are installed ----------------------------------------------
# The GNU directory variables, and the same in capitals; DESTDIR stands before
# all of them when files are copied, and nowhere else.

DESTDIR ?=
PREFIX  ?= /usr/local
prefix       = $(PREFIX)
exec_prefix  = $(prefix)
BINDIR       = $(exec_prefix)/bin
LIBDIR       = $(exec_prefix)/lib
INCLUDEDIR   = $(prefix)/include
INCDIR       = $(INCLUDEDIR)
DATAROOTDIR  = $(prefix)/share
MANDIR       = $(datarootdir)/man
bindir       = $(BINDIR)
libdir       = $(LIBDIR)
includedir   = $(INCDIR)
datarootdir  = $(DATAROOTDIR)
mandir       = $(MANDIR)
man1dir      = $(mandir)/man1
man3dir      = $(mandir)/man3
pkgconfigdir = $(libdir)/pkgconfig
BASHDIR      = $(datarootdir)/bash-completion/completions
ZSHDIR       = $(datarootdir)/zsh/site-functions
FISHDIR      = $(datarootdir)/fish/vendor_completions.d
bashcompdir  = $(BASHDIR)
zshcompdir   = $(ZSHDIR)
fishcompdir  = $(FISHDIR)

# ---- How things are built ------------------------------------------------------

# $(call say,CC,FILE) COMMAND: shows the short form, or with V=1 the command.
V ?= 0
say = $(if $(filter 0,$(V)),@printf '  %-4s %s\n' $(1) $(2);,)
Q := $(if $(filter 0,$(V)),@,)

CC       ?= cc
VARIANT  ?= release
B        := build/$(VARIANT)
OPTFLAGS ?= -O2 -g
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wundef -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wpointer-arith -Wwrite-strings
ifdef CI
WARN += -Werror
endif
CPPFLAGS_ALL := -D_DEFAULT_SOURCE -I$(S)/include -I$(S)/src -I$(B)/gen $(CPPFLAGS)
CFLAGS_ALL   := -std=c17 $(OPTFLAGS) $(WARN) -fPIC -fvisibility=hidden -pthread $(CFLAGS)
LDLIBS_ALL   := -lflint -lgmp -lm -pthread $(LDLIBS)

# Variants: the same rules with other flags, in a folder of their own. What gcc
# says of sizes and values it has followed through the code is not to be trusted
# once the code is instrumented: a pointer to a structure becomes one to its first
# member, which is smaller, and a length that was known is so no more. The release
# build keeps those warnings.
INSTRUMENTED := -Wno-stringop-overflow -Wno-stringop-overread -Wno-stringop-truncation \
                -Wno-format-truncation -Wno-format-overflow -Wno-array-bounds \
                -Wno-maybe-uninitialized -Wno-null-dereference
ifeq ($(VARIANT),asan)
CPPFLAGS_ALL += -DCPM_DEBUG
CFLAGS_ALL += -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer $(INSTRUMENTED)
LDFLAGS    += -fsanitize=address,undefined
endif
ifeq ($(VARIANT),tsan)
CPPFLAGS_ALL += -DCPM_TEAM_JITTER
CFLAGS_ALL += -O1 -fsanitize=thread $(INSTRUMENTED)
LDFLAGS    += -fsanitize=thread
endif
ifeq ($(VARIANT),fuzz)
CFLAGS_ALL += -O1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
endif
ifeq ($(VARIANT),tiny)
CPPFLAGS_ALL += -DCPM_TINY_LIMITS
endif

sources   = $(patsubst $(S)/%,%,$(wildcard $(addprefix $(S)/,$(1))))
LIB_SRC  := $(filter-out src/cli/%,$(call sources,src/*/*.c))
CLI_SRC  := $(call sources,src/cli/*.c src/cli/bench/*.c)
LIB_OBJ  := $(LIB_SRC:src/%.c=$(B)/%.o)
CLI_OBJ  := $(CLI_SRC:src/%.c=$(B)/%.o)
UNIT_SRC := $(call sources,tests/unit/test_*.c)
UNIT_BIN := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/%)

PROGRAM := $(B)/cpmcalc
STATIC  := $(B)/libcpmcalc.a
SHARED  := $(B)/libcpmcalc.so.$(VERSION)

.PHONY: all deps check unit cases bats python install uninstall asan lint format bench bench-peers clean help
.PHONY: docs check-docs check-programs fuzz soak tsan tune engines
.DEFAULT_GOAL := all

all: $(STATIC) $(SHARED) $(PROGRAM) $(if $(filter release,$(VARIANT)),cpmcalc) ## build the library and the program

cpmcalc: build/release/cpmcalc
	$(Q)ln -sf $< $@

$(PROGRAM): $(CLI_OBJ) $(STATIC)
	$(call say,LD,$@)$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LDLIBS_ALL)

$(STATIC): $(LIB_OBJ)
	$(Q)rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $^

$(SHARED): $(LIB_OBJ)
	$(call say,LD,$@)$(CC) $(CFLAGS_ALL) $(LDFLAGS) -shared -Wl,-soname,libcpmcalc.so.$(SOVERSION) -o $@ $^ $(LDLIBS_ALL)

$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# All of the program but main, for the unit tests of its parts.
CLI_ARCHIVE := $(B)/cli.a

$(CLI_ARCHIVE): $(filter-out $(B)/cli/main.o,$(CLI_OBJ))
	$(Q)rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $^

$(B)/tests/%: tests/unit/%.c $(call sources,tests/unit/*.h) $(STATIC) $(CLI_ARCHIVE)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS_ALL) -I$(S)/tests/unit $(CFLAGS_ALL) $(LDFLAGS) -MMD -MP -MF $@.d \
	    -MT $@ -o $@ $< $(CLI_ARCHIVE) $(STATIC) $(LDLIBS_ALL)

# The catalogue is data: its entries become C initialisers.
$(B)/gen/catalogue_data.inc: src/rec/catalogue.txt src/rec/catalogue.awk
	@mkdir -p $(@D)
	$(call say,GEN,$@)awk -f $(S)/src/rec/catalogue.awk $(S)/src/rec/catalogue.txt > $@.tmp
	@mv $@.tmp $@

# So are the built-in benches: the scripts of examples/bench.
BENCH_SCRIPTS := $(addprefix examples/bench/,fib.py arith_sum.py geom_sum.py power.py \
                 int_operations.py knight.py lanternfish.py)

$(B)/gen/bench_scripts.inc: src/cli/bench/scripts.awk $(BENCH_SCRIPTS)
	@mkdir -p $(@D)
	$(call say,GEN,$@)awk -f $(S)/src/cli/bench/scripts.awk $(addprefix $(S)/,$(BENCH_SCRIPTS)) > $@.tmp
	@mv $@.tmp $@

$(B)/cli/bench/scripts.o: $(B)/gen/bench_scripts.inc

$(B)/rec/catalogue.o: $(B)/gen/catalogue_data.inc

unit: $(UNIT_BIN) ## build and run the unit tests
	@status=0; cd $(S); for t in $(abspath $(UNIT_BIN)); do $$t || status=1; done; exit $$status

# Cases are data; the runner is plain C. The examples of the README and of the
# manual page are cases too.
CASE_FILES := $(call sources,tests/cases/*.txt tests/errors/*.txt README.md man/*.1)

$(B)/tests/run-cases: tests/run-cases.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $<

cases: $(B)/tests/run-cases $(PROGRAM) ## run the program on tests/cases and tests/errors
	@cd $(S) && $(abspath $<) $(abspath $(PROGRAM)) $(CASE_FILES)

# Sanitizers have an allocator of their own and want terabytes of addresses: what
# is about short memory is for the other variants.
BATS_FLAGS := $(if $(filter asan tsan,$(VARIANT)),--filter-tags '!no-asan')

bats: $(PROGRAM) ## run the tests of the command line's contract (tests/cli)
	@if command -v bats > /dev/null; then cd $(S) && CPMCALC=$(abspath $(PROGRAM)) bats $(BATS_FLAGS) tests/cli; \
	else echo 'bats: skipped, bats is not installed (make deps)'; fi

# The package loads the shared library, which sanitizers would have to come before.
python: $(SHARED) ## run the tests of the Python package (python/tests)
	@if command -v python3 > /dev/null; then $(S)/python/tests/run $(abspath $(SHARED)); \
	else echo 'python: skipped, python3 is not installed'; fi

check-programs: $(UNIT_BIN) $(B)/tests/run-cases $(PROGRAM) ## build the tests alone: with -j, then make check

check: unit cases bats $(if $(filter release,$(VARIANT)),python) ## run all the tests

PEER_BIN := $(patsubst bench/peers/%.c,$(B)/bench/%,$(call sources,bench/peers/*.c)) $(B)/bench/gp $(B)/bench/py

$(B)/bench/%: bench/peers/%.c bench/peers/clock.h
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $< -lflint -lgmp -lm

$(B)/bench/gp $(B)/bench/py: $(B)/bench/%: $(S)/bench/peers/%
	@mkdir -p $(@D)
	$(Q)cp $< $@

$(B)/bench/bench: bench/bench.c
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $<

bench: $(PROGRAM) $(B)/bench/bench $(PEER_BIN) ## time the program against GMP and FLINT (ROWS=large, REF=v0.1)
ifdef REF
	rm -rf build/ref && mkdir -p build/ref
	git archive $(REF) | tar -xf - -C build/ref
	$(MAKE) -C build/ref VARIANT=release REF= build/release/cpmcalc
	@$(B)/bench/bench $(PROGRAM) --ref build/ref/build/release/cpmcalc $(ROWS)
else
	@$(B)/bench/bench $(PROGRAM) $(B)/bench $(ROWS)
endif

$(B)/bench/tune: bench/tune.c $(STATIC)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $< $(STATIC) $(LDLIBS_ALL)

tune: $(B)/bench/tune ## measure the cutoffs of src/bignum/tune.h and print a new one
	@$(B)/bench/tune

$(B)/bench/engines: bench/engines.c $(STATIC)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $< $(STATIC) $(LDLIBS_ALL)

engines: $(B)/bench/engines ## time the engines and what auto chooses; WHAT=all: every time
	@$(B)/bench/engines $(WHAT)

bench-peers: $(PROGRAM) $(B)/bench/bench $(PEER_BIN) ## compare with GMP, FLINT and PARI/GP side by side
	@$(B)/bench/bench $(PROGRAM) $(B)/bench peers

# ---- Documents from the option table: completions, the man page's OPTIONS ----

GEN_DOCS := $(B)/gen/gen_docs

$(GEN_DOCS): $(B)/cli/gen/gen_docs.o $(B)/cli/option_table.o $(STATIC)
	@mkdir -p $(@D)
	$(call say,LD,$@)$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LDLIBS_ALL)

docs: $(GEN_DOCS) ## make completions and the man page's OPTIONS anew
	$(GEN_DOCS) bash > completions/cpmcalc.bash
	$(GEN_DOCS) zsh > completions/_cpmcalc
	$(GEN_DOCS) fish > completions/cpmcalc.fish
	$(GEN_DOCS) man < man/cpmcalc.1 > $(B)/gen/cpmcalc.1
	cp $(B)/gen/cpmcalc.1 man/cpmcalc.1

check-docs: $(GEN_DOCS) ## see that they have not drifted, and lint the man pages
	@cd $(S) && tools/check-docs $(abspath $(GEN_DOCS))

check: check-docs

CASE_FILES += $(call sources,examples/*.md)

# ---- Installing --------------------------------------------------------------

SONAME := libcpmcalc.so.$(SOVERSION)
D       = $(DESTDIR)

INSTALLED = $(addprefix $(D)$(bindir)/,cpmcalc) $(addprefix $(D)$(includedir)/,cpmcalc.h) \
            $(addprefix $(D)$(libdir)/,libcpmcalc.a libcpmcalc.so.$(VERSION) $(SONAME) libcpmcalc.so) \
            $(D)$(pkgconfigdir)/cpmcalc.pc $(D)$(man1dir)/cpmcalc.1 \
            $(addprefix $(D)$(man3dir)/,libcpmcalc.3 cpmcalc.3) \
            $(D)$(bashcompdir)/cpmcalc $(D)$(zshcompdir)/_cpmcalc $(D)$(fishcompdir)/cpmcalc.fish

install: all ## install under prefix (/usr/local), inside DESTDIR
	$(Q)mkdir -p $(sort $(dir $(INSTALLED)))
	$(Q)install -m 755 $(PROGRAM) $(D)$(bindir)/cpmcalc
	$(Q)install -m 644 $(S)/include/cpmcalc.h $(D)$(includedir)/cpmcalc.h
	$(Q)install -m 644 $(STATIC) $(D)$(libdir)/libcpmcalc.a
	$(Q)install -m 644 $(SHARED) $(D)$(libdir)/libcpmcalc.so.$(VERSION)
	$(Q)ln -sf libcpmcalc.so.$(VERSION) $(D)$(libdir)/$(SONAME)
	$(Q)ln -sf $(SONAME) $(D)$(libdir)/libcpmcalc.so
	$(Q)$(S)/tools/make-pc '$(VERSION)' '$(prefix)' '$(exec_prefix)' '$(libdir)' '$(includedir)' \
	    > $(D)$(pkgconfigdir)/cpmcalc.pc
	$(Q)chmod 644 $(D)$(pkgconfigdir)/cpmcalc.pc
	$(Q)install -m 644 $(S)/man/cpmcalc.1 $(D)$(man1dir)/cpmcalc.1
	$(Q)install -m 644 $(S)/man/libcpmcalc.3 $(S)/man/cpmcalc.3 $(D)$(man3dir)
	$(Q)install -m 644 $(S)/completions/cpmcalc.bash $(D)$(bashcompdir)/cpmcalc
	$(Q)install -m 644 $(S)/completions/_cpmcalc $(D)$(zshcompdir)/_cpmcalc
	$(Q)install -m 644 $(S)/completions/cpmcalc.fish $(D)$(fishcompdir)/cpmcalc.fish
	@echo 'installed in $(D)$(prefix)'

uninstall: ## remove what install has put there
	$(Q)rm -f $(INSTALLED)

# ---- Dependencies ------------------------------------------------------------

deps: ## install what is missing, with apt-get, dnf, pacman or brew
	@CC='$(CC)' $(S)/tools/install-deps

# `make deps all` and `make deps check` install first, even with -j.
ifneq ($(filter deps,$(MAKECMDGOALS)),)
$(LIB_OBJ) $(CLI_OBJ) $(B)/cli/gen/gen_docs.o $(UNIT_BIN) $(B)/tests/run-cases: | deps
check-docs bats: | deps
endif

# ---- Quality -----------------------------------------------------------------

C_FILES := $(shell cd $(S) && find include src tests bench examples -name '*.[ch]' 2> /dev/null)

asan: ## build with AddressSanitizer and UBSan and run the tests
	$(MAKE) -f $(S)/Makefile VARIANT=asan unit cases bats

# The unit tests that use threads, and large terms with two and five.
TSAN_TESTS := test_team test_bignum test_bignum_mori test_power_decimal test_decimal_stream

tsan: ## build with ThreadSanitizer and run what uses threads
	$(MAKE) VARIANT=tsan $(TSAN_TESTS:%=build/tsan/tests/%) build/tsan/cpmcalc
	@status=0; for t in $(TSAN_TESTS); do \
	    CPM_TEST_SCALE=$${CPM_TEST_SCALE:-0.3} build/tsan/tests/$$t || status=1; done; \
	if command -v bats > /dev/null; then \
	    CPMCALC=$(abspath build/tsan/cpmcalc) bats tests/cli/kernels.bats || status=1; \
	else echo 'tsan: bats is not installed, the program itself is left out (make deps)'; fi; \
	exit $$status

# FUZZ_TIME seconds for each of tests/fuzz/fuzz_*.c, by clang's libFuzzer. What
# it finds of interest stays in build/fuzz/corpus, what fails in build/fuzz.
FUZZ_TIME ?= 60
FUZZ_SRC  := $(wildcard tests/fuzz/fuzz_*.c)

build/fuzz/tests/%: tests/fuzz/%.c build/fuzz/libcpmcalc.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -fsanitize=fuzzer -o $@ $^ $(LDLIBS_ALL)

fuzz: ## fuzz the parsers, the interpreter and the arithmetic (needs clang; FUZZ_TIME=60), then 40,000 random programs
	$(MAKE) VARIANT=fuzz CC=clang $(FUZZ_SRC:tests/fuzz/%.c=build/fuzz/tests/%)
	tests/fuzz/seeds build/fuzz/seeds
	@mkdir -p build/fuzz/corpus; status=0; for f in $(FUZZ_SRC:tests/fuzz/%.c=%); do \
	    mkdir -p build/fuzz/corpus/$$f; \
	    build/fuzz/tests/$$f -max_total_time=$(FUZZ_TIME) -timeout=20 -rss_limit_mb=4096 \
	        -artifact_prefix=build/fuzz/$$f- -print_final_stats=1 \
	        build/fuzz/corpus/$$f build/fuzz/seeds || status=1; \
	done; exit $$status
	$(MAKE) build/release/tests/test_programs VARIANT=release
	CPM_TEST_SCALE=10 CPM_TEST_SEED=$$(date +%s) build/release/tests/test_programs

# Minutes: not in check. SEED of the signals is printed, and can be given.
soak: $(PROGRAM) ## signals at random moments, short memory, timeouts everywhere, allocations that fail
	@status=0; \
	tests/soak/signals.py $(PROGRAM) 500 $(SEED) || status=1; \
	tests/soak/memory.sh $(PROGRAM) 200 || status=1; \
	tests/soak/timeouts.sh $(PROGRAM) || status=1; \
	tests/soak/allocations.py $(PROGRAM) 1000 $(SEED) || status=1; \
	exit $$status

lint: $(STATIC) $(SHARED) ## formatting, static analysis, includes, headers, symbols
	@status=0; \
	tools/check-format $(C_FILES) || status=1; \
	tools/check-includes || status=1; \
	CC='$(CC)' FLAGS='$(CPPFLAGS_ALL) $(CFLAGS_ALL)' tools/check-headers || status=1; \
	tools/check-symbols $(STATIC) $(SHARED) || status=1; \
	tools/check-static $(filter %.c,$(C_FILES)) -- $(CPPFLAGS_ALL) -Itests/unit -std=c17 || status=1; \
	exit $$status

format: ## format the sources
	@tools/check-format --fix $(C_FILES)

clean: ## remove everything that was built
	rm -rf build cpmcalc

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(S)/Makefile | sed -E 's/:.*## /\t/' | sort | expand -t 12

-include $(wildcard $(B)/tests/*.d) $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(B)/cli/gen/gen_docs.d
