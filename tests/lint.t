#!/bin/sh
# The layout and the rules of the house that a pattern can tell. One test per rule; what breaks it is shown.

. tests/lib/tap.sh
files=$(git ls-files 2>/dev/null || find lib tools tests nixos-module policies .ci -type f)
[ -n "$files" ] || files=$(find lib tools tests -type f)
text=$(for f in $files; do [ -f "$f" ] && echo "$f"; done | grep -Ev '\.(bpf|lock|bin)$|(^|/)corpus/|(^|/)LICENSE$')
source=$(echo "$text" | grep -E '\.[ch]$')
tools=$(echo "$source" | grep -E '^(lib|tools)/')
steps=$(for t in $(awk -F '\t' '$2 == "step" || $2 == "keeper" { print $1 }' tests/lib/tools.tsv); do ls tools/"$t"/*.[ch] 2>/dev/null; done; ls lib/*.[ch])
TAB=$(printf '\t')

none () # rule output
{
  [ -z "$2" ]
  tap_result $? "$1" "$(printf '%s\n' "$2" | head -n 20)"
}

# pattern files: lines of code that match, comments and strings left out
code_lines ()
{
  pattern=$1
  shift
  awk -v pattern="$pattern" '{
    line = $0
    gsub(/\\"/, "", line); gsub(/"[^"]*"/, "\"\"", line); gsub(/\/\*[^*]*\*+([^\/*][^*]*\*+)*\//, "", line)
    if (FNR == 1) inside = 0
    if (inside) { if (sub(/^.*\*\//, "", line)) inside = 0; else line = "" }
    if (sub(/\/\*.*/, "", line)) inside = 1
    if (line ~ pattern) print FILENAME ":" FNR ": " $0
  }' "$@"
}

none 'no tab in C, shell and pages' "$(grep -n "$TAB" $source $(echo "$text" | grep -E '\.(sh|t|[1-8]|nix)$'))"
# a golden is the output of a program, as it is
none 'no blank at the end of a line' "$(grep -nE "[ $TAB]\$" $(echo "$text" | grep -v '^tests/chain/golden/'))"
none 'no carriage return' "$(grep -ln "$(printf '\r')" $text)"
none 'every text ends in a newline' "$(for f in $text; do [ -s "$f" ] && [ -n "$(tail -c 1 "$f")" ] && echo "$f"; done)"
none 'no line of C over 160 columns' "$(awk 'length($0) > 160 && !/define USAGE/ && !/^ *"/ { print FILENAME ":" FNR }' $source)"
none 'the licence is the first line' "$(for f in $source; do head -n 1 "$f" | grep -q 'ISC license\.' || echo "$f"; done)"
none '0, not NULL' "$(code_lines '(^|[^A-Za-z0-9_])NULL([^A-Za-z0-9_]|$)' $tools)"
none 'no file of C over 200 lines' "$(wc -l $tools | awk '$1 > 200 && $2 != "total" && $2 !~ /nc-policy|nc\.h/ { print $2, $1 }')"
# comments, blank lines and an option switch apart, a function is what lies between two braces in the first column
none 'no function over 40 lines' "$(awk 'FNR == 1 { name = "" } /^[a-z].*\(/ { name = $0 } /^{/ { start = FNR; n = 0; next }
  /^}/ { if (name != "" && n > 40) print FILENAME ":" start ": " n " lines"; name = ""; next }
  { if ($0 !~ /^ *(case|default|\/\*|\*|[{}] *$)/ && $0 !~ /^ *$/) n++ }' $tools)"
none 'a space before a semicolon alone' "$(code_lines '[^ ;];$' $(echo "$tools" | grep -v '_json\|nc-policy'))"
none 'variadic strerr only' "$(code_lines 'strerr_(die|warn)[a-z]*[0-9]' $tools)"
none '== -1, not < 0, on a system call' "$(code_lines '\) < 0[ )]' $tools | grep -v 'cmp(')"
none 'no // comment' "$(code_lines '(^|[^:])//' $tools)"
none 'Allman braces' "$(code_lines '^ *(if|for|while|switch|do)[ (].*[){] *[{]$' $tools)"
none 'no mutable global' "$(grep -nE '^(static )?(int|char|size_t|unsigned int|uint[0-9]+_t|pid_t|sig_atomic_t)( const)?( \*| )[a-z_]+(\[[^]]*\])?( =.*)? ;' $tools | grep -v const)"
none 'no command, name service, loader or variable read in a step' \
  "$(code_lines '(^|[^a-z_])(getenv|secure_getenv|getpw[a-z]*|getgr(nam|gid|ent)[a-z_]*|getaddrinfo|gethostby[a-z]*|system|popen|dlopen|setlocale|printf|fprintf|puts|perror|err|errx) *\(' $steps)"
none 'no unbounded copy' "$(code_lines '(^|[^a-z_])(gets|sprintf|vsprintf|strncpy|scanf|atoi|atol|strtok|alloca|mktemp|tmpnam) *\(' $tools)"
none 'descriptors are close-on-exec' "$(code_lines '(^|[^a-z_])(socket|accept4|memfd_create|epoll_create1|eventfd|signalfd|timerfd_create|pipe2|dup3|inotify_init1) *\(' $tools | grep -v CLOEXEC; code_lines '(^|[^a-z_])(accept|pipe|creat|epoll_create|inotify_init|fopen|opendir) *\(' $steps | grep -v 'e")')"
none 'paths are opened by nc_open_at' "$(code_lines '(^|[^a-z_.>])(open|chown|lchown|rename|symlink|link|mknod|chroot) *\(' $steps | grep -v ' open("/')"
none 'an option switch has its default' "$(for f in $(grep -l 'subgetopt_r(\|getopt_long(' $(echo "$tools" | grep ^tools/)); do grep -q 'default :\|argv, "", &l) != -1) dieusage' "$f" || echo "$f"; done)"
none 'one USAGE string and one PROG' "$(for t in $(awk -F '\t' '$2 == "step" || $2 == "keeper" { print $1 }' tests/lib/tools.tsv); do [ ! -d "tools/$t" ] || grep -qs "PROG = \"$t\"" "tools/$t/"*.c || echo "$t"; done)"
marks=$(printf 'TO''DO|FIX''ME|X''XX|HA''CK')
none 'no mark of unfinished work' "$(grep -nEw "$marks" $text)"
places=$(printf '/%s/|/%s/[a-z]+/|/%s/[a-z]+/' work home Users)
none 'no path of one machine' "$(grep -nE "(^|[^A-Za-z0-9_.])($places)" $text | grep -vE 'home/(user|alice|bob|agent|me|you|nobody)')"
none 'shell scripts parse' "$(for f in $text; do head -n 1 "$f" | grep -q '^#!/bin/sh' || continue; sh -n "$f" 2>&1; done)"
none 'scripts with a first line are executable' "$(for f in $text; do head -c 3 "$f" | grep -q '^#!/' && [ ! -x "$f" ] && echo "$f"; done)"
none 'headers are sorted within a group' "$(for f in $tools; do awk -v f="$f" '/^#include </ { d = gsub("/", "/"); k = (d ? "1" : "0") $2; if (prev != "" && k < prev && $2 < plain) { print f ": " $2; exit } prev = k; plain = $2; next } { prev = "" }' "$f"; done)"
none 'nothing at the top level but the rooms of the house' "$(git ls-files 2>/dev/null | sed 's,/.*,,' | sort -u | grep -Ev '^(\..*|README\.md|LICENSE|NEWS|Makefile|default\.nix|flake\.nix|flake\.lock|tools|lib|nixos-module|policies|tests)$')"
done_testing
