#!/bin/sh
exec tests/vm/run -s 6.1 tests/vm/guest-systemd.sh
