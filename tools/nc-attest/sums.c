/* ISC license. */

#include <string.h>

#include "attest.h"

static char const hex[] = "0123456789abcdef" ;

static int sum_digit (char const *digits, char c)
{
  char const *p = c ? strchr(digits, c) : 0 ;
  return p ? (int)(p - digits) : -1 ;
}

int attest_sum_hex (char const *s, unsigned char *sum)
{
  size_t i = 0 ;
  for (; i < ATTEST_SUM ; i++)
  {
    int high = sum_digit(hex, s[2*i]) ;
    int low = high == -1 ? -1 : sum_digit(hex, s[2*i+1]) ;
    if (low == -1) return 0 ;
    sum[i] = (unsigned char)(high << 4 | low) ;
  }
  return 1 ;
}

/* Nix's digits stand for five bits each, the lowest ones last. */
static int sum_nix (char const *s, unsigned char *sum)
{
  unsigned int n = 0 ;
  memset(sum, 0, ATTEST_SUM) ;
  for (; n < 52 ; n++)
  {
    int d = sum_digit("0123456789abcdfghijklmnpqrsvwxyz", s[51 - n]) ;
    unsigned int i = n * 5 / 8, j = n * 5 % 8 ;
    if (d == -1) return 0 ;
    sum[i] |= (unsigned char)(d << j) ;
    if (i + 1 < ATTEST_SUM) sum[i + 1] |= (unsigned char)(d >> (8 - j)) ;
    else if (d >> (8 - j)) return 0 ;
  }
  return 1 ;
}

static int sum_base64 (char const *s, unsigned char *sum)
{
  unsigned int i = 0 ;
  if (s[43] != '=') return 0 ;
  memset(sum, 0, ATTEST_SUM) ;
  for (; i < 43 ; i++)
  {
    int d = sum_digit("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", s[i]) ;
    unsigned int at = i * 6 / 8, shift = i * 6 % 8 ;
    if (d == -1) return 0 ;
    sum[at] |= (unsigned char)(shift <= 2 ? d << (2 - shift) : d >> (shift - 2)) ;
    if (shift <= 2) continue ;
    if (at + 1 < ATTEST_SUM) sum[at + 1] |= (unsigned char)(d << (10 - shift)) ;
    else if (d & ((1 << (shift - 2)) - 1)) return 0 ;
  }
  return 1 ;
}

int attest_sum_any (char const *s, unsigned char *sum)
{
  if (!strncmp(s, "sha256-", 7)) return strlen(s + 7) == 44 && sum_base64(s + 7, sum) ;
  if (!strncmp(s, "sha256:", 7)) s += 7 ;
  switch (strlen(s))
  {
    case 64 : return attest_sum_hex(s, sum) ;
    case 52 : return sum_nix(s, sum) ;
    case 44 : return sum_base64(s, sum) ;
    default : return 0 ;
  }
}
