#!/bin/sh
exec tests/vm/run 6.12 tests/vm/guest.sh
