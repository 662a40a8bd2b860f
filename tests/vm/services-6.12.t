#!/bin/sh
exec tests/vm/run -s 6.12 tests/vm/guest-services.sh
