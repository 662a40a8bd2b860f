# The rules of the agent, and the file that is opened.
echo "$BIN/nc-landlock -b -a 2 -d / -r /dev -r /etc -r /proc -r /opt -x /opt -r /usr -x /usr -w /dev/null -w /dev/shm -w /tmp -r /tmp -x /tmp -r $BENCH -x $BENCH"
