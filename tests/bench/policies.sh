# Part of tests/bench/run: what policies cost. Filters are compared where they lie, by name.

data=build/tests/oci
filters=$BENCH/filters
mkdir -p "$filters"
if [ -e "$BIN/nc-policy" ] && [ -e "$BIN/nc-seccomp" ]
then
  echo 'Policies'
  for p in agent agent-net service service-net; do "$BIN/nc-policy" compile -o "$filters/$p" "policies/seccomp/$p.json"; done
  cp "$ALLOW" "$filters/allow-all"
  set -- service service-net agent agent-net
  if tests/lib/oci-data "$data" >/dev/null 2>&1 && "$BIN/nc-policy" compile -o "$filters/moby-tree" "$data/moby.json" &&
    python3 tests/lib/oci.py "$data" "$BIN/nc-policy" moby "list:$filters/moby-list" 2>/dev/null
  then
    # -o -, since a file is synced, which is the disk's time
    "$BENCH/bench" "$ROUNDS" "compile the moby profile=sh -c $BIN/nc-policy\${IFS}compile\${IFS}$data/moby.json>/dev/null" "sh alone=sh -c :"
    set -- "$@" moby-tree moby-list
    (cd "$filters" && "$BENCH/load" "$ROUNDS" moby-tree moby-list service agent allow-all)
  else
    skipped 'no moby profile: packages golang-github-docker-docker-dev, libseccomp2, python3'
    (cd "$filters" && "$BENCH/load" "$ROUNDS" agent allow-all)
  fi
  for f
  do
    rates "getppid: $f / allow-all" "$BIN/nc-seccomp $filters/$f" "$BIN/nc-seccomp $ALLOW" getppid
    rates "openat + close: $f / allow-all" "$BIN/nc-seccomp $filters/$f" "$BIN/nc-seccomp $ALLOW" open "$BENCH/a/b/c/d"
  done
fi
