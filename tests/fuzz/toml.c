/* ISC license. */
/* sources: tools/nc-policy/[!n]*.c tools/nc-policy/n[ao]*.c tools/nc-policy/?*.cc */
/* sources: tools/nc-seccomp/simulate.c lib/nc_scan.c lib/nc_json.c lib/nc_fd.c lib/nc_longopt.c lib/nc_read.c lib/nc_replace.c */
/* link: -lseccomp -lskarnet */

/* The same, grown from policies in TOML. */

#include "seccomp.c"
