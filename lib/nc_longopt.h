/* ISC license. */

#ifndef NC_LONGOPT_H
#define NC_LONGOPT_H

#include <getopt.h>

/* As getopt_long, for the commands: '?' for an abbreviation too. Set opterr to 0 before; letters start with "+". */
extern int nc_longopt (int argc, char const *const *argv, char const *letters, struct option const *options) ;

#endif
