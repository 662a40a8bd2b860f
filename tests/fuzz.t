#!/bin/sh
# Every parser that has a fuzzer, on a million inputs; make fuzz takes ten million.

. tests/lib/tap.sh

printf 'extern int LLVMFuzzerTestOneInput (unsigned char const *, unsigned long) ;\nint LLVMFuzzerTestOneInput (unsigned char const *s, unsigned long n) { (void)s ; (void)n ; return 0 ; }\n' >"$TAP_TMP/try.c"
if ! clang -fsanitize=fuzzer,address -o "$TAP_TMP/try" "$TAP_TMP/try.c" 2>/dev/null
then skip "fuzzers" "clang with its fuzzer"; done_testing
fi
for f in tests/fuzz/*.c
do
  name=$(basename "$f" .c)
  result=$(tests/fuzz/run "${FUZZ_COUNT:-1000000}" "$name" 2>&1)
  tap_result $? "$name: ${FUZZ_COUNT:-1000000} inputs, no crash" "$(printf '%s\n' "$result" | tail -n 20)"
done

# an error is seen: one bit of every filter's last instruction
mkdir -p "$TAP_TMP/fuzz/corpus"
sed 's/if (!n || n > BPF_MAXINSNS) return ;/& prog[n-1].k ^= 1 ;/' tests/fuzz/seccomp.c >"$TAP_TMP/fuzz/changed.c"
cp -R tests/fuzz/corpus/seccomp "$TAP_TMP/fuzz/corpus/changed"
code "negative control: a changed instruction is found" 1 env FUZZ_DIR="$TAP_TMP/fuzz" tests/fuzz/run 20000 changed
rm -rf build/fuzz/changed* "build/fuzz$TAP_TMP"
done_testing
