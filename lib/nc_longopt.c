/* ISC license. */

#include <getopt.h>
#include <string.h>

#include "nc.h"
#include "nc_longopt.h"

/* getopt_long(3) takes abbreviations, so the word it took is compared with the option it found. */
int nc_longopt (int argc, char const *const *argv, char const *letters, struct option const *options)
{
  char const *word ;
  size_t n ;
  int i = -1 ;
  int c = getopt_long(argc, (char *const *)argv, letters, options, &i) ;
  if (c == -1 || i == -1 || c == '?' || c == ':') return c ;
  word = argv[optind - 1] ;
  if (options[i].has_arg == required_argument && optarg == word) word = argv[optind - 2] ;
  n = strlen(options[i].name) ;
  return !strncmp(word, "--", 2) && !strncmp(word + 2, options[i].name, n) && (!word[n+2] || word[n+2] == '=') ? c : '?' ;
}
