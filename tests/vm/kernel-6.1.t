#!/bin/sh
exec tests/vm/run 6.1 tests/vm/guest.sh
