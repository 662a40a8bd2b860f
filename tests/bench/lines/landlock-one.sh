echo "$BIN/nc-landlock -b -a 2 -d / -r / -x /"
