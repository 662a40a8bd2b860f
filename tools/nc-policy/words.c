/* ISC license. */

#include <string.h>

#include "policy.h"

#define WORD_MAX 64

/* How many letters differ: changed, left out, put in. */
unsigned int policy_distance (char const *a, char const *b)
{
  unsigned int row[WORD_MAX + 1] ;
  size_t n = strlen(b), i, j ;
  if (n > WORD_MAX || strlen(a) > WORD_MAX) return 100 ;
  for (j = 0 ; j <= n ; j++) row[j] = (unsigned int)j ;
  for (i = 0 ; a[i] ; i++)
  {
    unsigned int diag = row[0] ;
    row[0] = (unsigned int)i + 1 ;
    for (j = 1 ; j <= n ; j++)
    {
      unsigned int best = diag + (a[i] != b[j-1]) ;
      if (row[j] + 1 < best) best = row[j] + 1 ;
      if (row[j-1] + 1 < best) best = row[j-1] + 1 ;
      diag = row[j] ;
      row[j] = best ;
    }
  }
  return row[n] ;
}

char const *policy_nearest (char const *const *words, size_t n, char const *word)
{
  unsigned int best = 101 ;
  size_t found = 0, i = 0 ;
  for (; i < n ; i++)
  {
    unsigned int d = policy_distance(word, words[i]) ;
    if (d < best) { best = d ; found = i ; }
  }
  return words[found] ;
}

size_t policy_index (char const *const *words, size_t n, char const *word)
{
  size_t i = 0 ;
  while (i < n && strcmp(words[i], word)) i++ ;
  return i ;
}
