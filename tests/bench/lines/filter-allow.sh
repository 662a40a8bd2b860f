echo "$BIN/nc-seccomp $ALLOW"
