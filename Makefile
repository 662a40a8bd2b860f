# make            the multicall program nucleus, static, with musl where it can be had; the commands with libraries; the policies
# make split      one executable per tool beside it
# make run        build and run a program in a sandbox: make run CMD='id'
# make check      build both, install what the tests need, run all of them
# make fuzz       ten million inputs for every parser of policies and traces
# make faults     every errno at every system call of a start; make check tries a part
# make bench      the budgets of nc-intro(7), as ratios
# make lint       the layout rules, cppcheck, clang-tidy and gcc's analyzer; what they are told not to say is in .clang-tidy and below
# make install    PREFIX=/usr/local DESTDIR= (uninstall takes the same)

PREFIX = /usr/local
DESTDIR =
B = build
LIBC := $(shell command -v musl-gcc >/dev/null && command -v dpkg-source >/dev/null && echo musl || echo glibc)
GCC = gcc
SAN =
WERROR =
# empty for programs that are linked dynamically, where static libraries are not to be had
STATIC = -static

STEPS = nc-assert nc-cgroup nc-clean nc-context nc-dropcaps nc-landlock nc-open nc-pivot nc-rlimit nc-rootfs nc-seccomp nc-secrets nc-userns
KEEPERS = nc-init nc-scope nc-trace nc-unshare nc-workspace
COMMANDS = nc-gc nc-ps nc-run
WITHLIBS = nc-attest nc-policy nc-profile

FUSED := $(sort $(foreach t,$(STEPS) $(KEEPERS) $(COMMANDS),$(if $(wildcard tools/$t/$t.c),$t)))
HEAVY := $(foreach t,$(WITHLIBS),$(if $(wildcard tools/$t),$t))
LISTS := $(wildcard policies/lists/*)
PROFILES := $(patsubst policies/seccomp/%.json,%,$(wildcard policies/seccomp/*.json))

WARN = -Wall -Wextra -Wshadow -Wstrict-prototypes -Wwrite-strings -Wpointer-arith $(WERROR)
BASE = -std=gnu11 -O2 $(WARN) -fno-strict-aliasing -ffunction-sections -fdata-sections -Ilib -D_GNU_SOURCE $(SAN)
ifeq ($(LIBC),musl)
CC = musl-gcc -idirafter $(B)/musl-deps/inc
CFLAGS = $(BASE) -I$(B)/musl-deps/out/include
LDFLAGS = -static -L$(B)/musl-deps/out/lib/skalibs -L$(B)/musl-deps/out/lib
DEPS = $(B)/musl-deps/done
else
CC = $(GCC)
CFLAGS = $(BASE)
LDFLAGS = $(if $(SAN),,$(STATIC))
endif
LDFLAGS += -Wl,--gc-sections $(SAN)
O = $(B)/$(LIBC)
LIBO := $(patsubst %.c,$(O)/%.o,$(filter-out $(if $(filter musl,$(LIBC)),,lib/nc_malloc.c lib/nc_sysclose.c),$(wildcard lib/*.c)))
toolo = $(patsubst %.c,$(O)/%.o,$(wildcard tools/$1/*.c))
mainof = $(subst -,_,$1)_main

.SECONDARY:
.DELETE_ON_ERROR:
.PHONY: all fused split asan warnings policies run check faults analyze bench fuzz lint install uninstall clean

all: fused

# the multicall program

F = $(B)/fused
fused: $(F)/bin/nucleus $(FUSED:%=$(F)/bin/%) $(HEAVY:%=$(F)/bin/%) $(PROFILES:%=$(F)/share/nucleus/seccomp/%.bpf) \
  $(LISTS:policies/%=$(F)/share/nucleus/%)

$(O)/table.c: Makefile $(foreach t,$(FUSED),tools/$t/$t.c)
	@mkdir -p $(@D)
	{ echo '#include "nc.h"'; for t in $(subst -,_,$(FUSED)); do echo "extern nc_main_func $${t}_main ;"; done; \
	  echo 'struct nc_tool const nc_tools[] = {'; \
	  $(foreach t,$(FUSED),echo '  { "$t", &$(call mainof,$t), $(if $(filter $t,$(STEPS) $(KEEPERS)),1,0) },';) echo '} ;'; \
	  echo 'size_t const nc_tools_n = sizeof(nc_tools) / sizeof(nc_tools[0]) ;'; } >$@

$(F)/bin/nucleus: $(O)/tools/nucleus/nucleus.o $(O)/table.o $(foreach t,$(FUSED),$(call toolo,$t)) $(O)/libnc.a | $(F)/bin
	$(CC) $(LDFLAGS) -o $@ $^ -lskarnet -lcap

$(FUSED:%=$(F)/bin/%): | $(F)/bin
	ln -sf nucleus $@

# one executable per tool

S = $(B)/split
split: $(FUSED:%=$(S)/bin/%) $(HEAVY:%=$(S)/bin/%) $(PROFILES:%=$(S)/share/nucleus/seccomp/%.bpf) $(LISTS:policies/%=$(S)/share/nucleus/%)

define single
$(O)/single/$1.o: tools/nucleus/single.c $$(wildcard lib/*.h) $$(DEPS)
	@mkdir -p $$(@D)
	$$(CC) $$(CFLAGS) -DNC_NAME='"$1"' -DNC_MAIN=$(call mainof,$1) -c -o $$@ $$<
$(S)/bin/$1: $(O)/single/$1.o $(call toolo,$1) $(O)/libnc.a | $(S)/bin
	$$(CC) $$(LDFLAGS) -o $$@ $$^ -lskarnet -lcap
endef
$(foreach t,$(FUSED),$(eval $(call single,$t)))

# programs with libraries of their own; nc-attest static, the commands dynamic

# a step: built anew with the sanitizers, the warnings and the analyzer, too
A = $(if $(filter $(B)/split,$S),$(B),$S)/host/nc-attest
$(F)/bin/nc-attest $(S)/bin/nc-attest: $A
	@mkdir -p $(@D)
	cp $< $@

$A: $(wildcard tools/nc-attest/*.c tools/nc-attest/*.h lib/*.c lib/*.h) tools/nc-attest/Makefile tools/nucleus/single.c
	@mkdir -p $(@D)
	$(MAKE) -f tools/nc-attest/Makefile OUT=$@ CC='$(GCC)'

$(F)/bin/nc-policy $(S)/bin/nc-policy: $(B)/host/nc-policy
	@mkdir -p $(@D)
	cp $< $@

$(B)/host/nc-policy: $(wildcard tools/nc-policy/*.c tools/nc-policy/*.cc tools/nc-policy/*.h) lib/nc.h
	@mkdir -p $(@D)
	$(MAKE) -f tools/nc-policy/Makefile OUT=$@

$(F)/bin/nc-profile $(S)/bin/nc-profile: $(B)/host/nc-profile
	@mkdir -p $(@D)
	cp $< $@

$(B)/host/nc-profile: $(wildcard tools/nc-profile/*.c tools/nc-profile/*.h tools/nc-policy/*.c tools/nc-policy/*.h) lib/nc.h
	@mkdir -p $(@D)
	$(MAKE) -f tools/nc-profile/Makefile OUT=$@

$(B)/%.bpf: $(B)/host/nc-policy
	@mkdir -p $(@D)
	$(B)/host/nc-policy compile policies/seccomp/$(*F).json -o $@
$(foreach d,$F $S,$(foreach p,$(PROFILES),$(eval $d/share/nucleus/seccomp/$p.bpf: policies/seccomp/$p.json)))

# a rule each: a pattern with two targets would make both at once
$(F)/share/nucleus/lists/%: policies/lists/%
	@mkdir -p $(@D)
	cp $< $@

$(S)/share/nucleus/lists/%: policies/lists/%
	@mkdir -p $(@D)
	cp $< $@

# objects

$(O)/%.o: %.c $(wildcard lib/*.h tools/*/*.h) $(DEPS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -c -o $@ $<

$(O)/%.o: $(O)/%.c lib/nc.h $(DEPS)
	$(CC) $(CFLAGS) -c -o $@ $<

$(O)/libnc.a: $(LIBO)
	rm -f $@
	ar rcs $@ $^

$(B)/musl-deps/done: tools/nucleus/musl-deps
	tools/nucleus/musl-deps $(B)/musl-deps
	touch $@

$(F)/bin $(S)/bin:
	mkdir -p $@

# running, checking: $(MAKE) again, because a package that was missing changes what LIBC is

# as it was given: make would expand a $ in it
run: override export CMD := $(value CMD)
run:
	tests/install-packages build
	@$(MAKE) -s fused
	@if [ -n "$$CMD" ]; then exec $(F)/bin/nc-run -- sh -c "$$CMD"; else exec tests/demo; fi

asan:
	$(MAKE) LIBC=glibc SAN="-fsanitize=address,undefined -fno-sanitize-recover=undefined" O=$(B)/asan/obj S=$(B)/asan split

warnings:
	for c in gcc clang; do $(MAKE) LIBC=glibc GCC=$$c WERROR=-Werror O=$(B)/warnings/$$c/obj S=$(B)/warnings/$$c split || exit; done

check:
	tests/install-packages
	@$(MAKE) -s fused split asan warnings analyze
	tests/run

lint: analyze
	tests/lint.t

# malloc-leak, fd-leak: a program that ends, or becomes another, gives back everything; what must be closed before, tests look at
ANALYZED = $(wildcard lib/*.c $(FUSED:%=tools/%/*.c) $(HEAVY:%=tools/%/*.c) tools/nucleus/*.c tests/lib/*.c tests/unit/*.c tests/bench/*.c)
TIDIED = -std=gnu11 -D_GNU_SOURCE -Ilib -DNC_NAME='"x"' -DNC_MAIN=x_main

# of cppcheck's style: declarations stand at the head of their block (variableScope); the kernel, or a row read by another name, uses a
# member (unusedStructMember); a static const without a value is all zero (unassignedVariable); a function's range is not known to it
# where it has one caller in sight (knownConditionTrueFalse, one file)
EXCUSED = missingIncludeSystem variableScope unusedStructMember unassignedVariable knownConditionTrueFalse:tools/nc-userns/userns_auto.c

analyze: $(ANALYZED:%=$(B)/tidy/%.ok)
	cppcheck -q -j 2 --std=c11 --enable=warning,portability,performance,style --inline-suppr $(EXCUSED:%=--suppress=%) --error-exitcode=1 -Ilib -D_GNU_SOURCE -D__x86_64__ \
	  '-Dgccattr_noreturn=__attribute__((noreturn))' lib tools tests
	$(MAKE) LIBC=glibc WERROR='-fanalyzer -Wno-analyzer-malloc-leak -Wno-analyzer-fd-leak -Werror' O=$(B)/analyzer/obj S=$(B)/analyzer split
	for c in $(filter tests/%,$(ANALYZED)); do \
	  $(GCC) -std=gnu11 -O2 -Wall -Wextra -D_GNU_SOURCE -Ilib -fanalyzer -Wno-analyzer-malloc-leak -Wno-analyzer-fd-leak -Werror -c -o /dev/null $$c || exit; done

$(B)/tidy/%.ok: % .clang-tidy $(wildcard lib/*.h tools/*/*.h)
	@mkdir -p $(@D)
	clang-tidy -quiet $< -- $(TIDIED) 2>/dev/null
	@touch $@

fuzz:
	tests/fuzz/run 10000000

faults: fused split
	tests/install-packages
	NC_FAULTS=full LIMIT=$${LIMIT:-3600} tests/run chain/faults.t

bench: fused split
	tests/bench/run

# installing

PAGES = $(wildcard tools/*/*.[1-8])
NAMES = $(FUSED) $(HEAVY)
DEST = $(DESTDIR)$(PREFIX)

install: fused
	install -d $(DEST)/bin $(DEST)/share/nucleus
	install $(F)/bin/nucleus $(HEAVY:%=$(F)/bin/%) $(DEST)/bin
	for t in $(FUSED); do ln -sf nucleus $(DEST)/bin/$$t; done
	for p in $(PAGES); do install -D -m 644 $$p $(DEST)/share/man/man$${p##*.}/$${p##*/}; done
	for p in $(PROFILES); do install -D -m 644 $(F)/share/nucleus/seccomp/$$p.bpf $(DEST)/share/nucleus/seccomp/$$p.bpf; done
	for p in $(LISTS:policies/%=%); do install -D -m 644 policies/$$p $(DEST)/share/nucleus/$$p; done
	[ ! -d policies ] || cp -R policies $(DEST)/share/nucleus/

uninstall:
	cd $(DEST)/bin && rm -f nucleus $(NAMES)
	for p in $(PAGES); do rm -f $(DEST)/share/man/man$${p##*.}/$${p##*/}; done
	rm -rf $(DEST)/share/nucleus

clean:
	rm -rf $(B)/fused $(B)/split $(B)/musl $(B)/glibc $(B)/host $(B)/asan $(B)/warnings $(B)/analyzer $(B)/tidy $(B)/tests $(B)/test-logs $(B)/bench $(B)/fuzz
