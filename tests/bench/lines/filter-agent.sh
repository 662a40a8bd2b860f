echo "$BIN/nc-seccomp $AGENT"
