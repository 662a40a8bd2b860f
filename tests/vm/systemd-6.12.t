#!/bin/sh
exec tests/vm/run -S 6.12 tests/vm/guest-systemd.sh
