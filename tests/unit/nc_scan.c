/* ISC license. */

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "nc.h"

static unsigned int n, failed ;

static void check (int good, char const *what, char const *word)
{
  n++ ;
  if (!good) failed = 1 ;
  printf("%sok %u - %s \"", good ? "" : "not ", n, what) ;
  for (; *word ; word++)
    if (*word >= ' ' && *word < 127 && *word != '#') putchar(*word) ; else printf("\\x%02x", (unsigned char)*word) ;
  puts("\"") ;
}

/* refused by every reader of a number */
static char const *const bad[] =
{
  "", " ", "+1", "-1", "-0", " 1", "1 ", "0x1", "1e3", "1.0", "\n1", "1\n", "1\t", "\xb9", "\xff", "a", "one", "1,", ",1", ":", "=1",
  "4294967296", "4294967297", "9223372036854775808", "18446744073709551616", "18446744073709551617", "99999999999999999999999", 0
} ;

static void ids (void)
{
  uint32_t id ;
  char const *const *p = bad ;
  for (; *p ; p++) check(!nc_scan_id(*p, &id), "nc_scan_id refuses", *p) ;
  check(!nc_scan_id("4294967295", &id), "nc_scan_id refuses the id that means none", "4294967295") ;
  check(nc_scan_id("0", &id) && !id, "nc_scan_id", "0") ;
  check(nc_scan_id("4294967294", &id) && id == 4294967294u, "nc_scan_id", "4294967294") ;
}

static void fds (void)
{
  int fd ;
  char const *const *p = bad ;
  for (; *p ; p++) check(!nc_scan_fd(*p, &fd), "nc_scan_fd refuses", *p) ;
  check(!nc_scan_fd("1048576", &fd), "nc_scan_fd refuses", "1048576") ;
  check(!nc_scan_fd("2147483648", &fd), "nc_scan_fd refuses", "2147483648") ;
  check(nc_scan_fd("1048575", &fd) && fd == 1048575, "nc_scan_fd", "1048575") ;
  check(nc_scan_source("fd:7", &fd) && fd == 7, "nc_scan_source", "fd:7") ;
  check(!nc_scan_source("fd:", &fd), "nc_scan_source refuses", "fd:") ;
  check(!nc_scan_source("FD:7", &fd), "nc_scan_source refuses", "FD:7") ;
  check(!nc_scan_source("fd:4294967296", &fd), "nc_scan_source refuses", "fd:4294967296") ;
}

static void sizes (void)
{
  uint64_t u ;
  static char const *const no[] = { "", "K", "-1", "+1", " 1", "1 ", "1KB", "1KK", "1P", "0x1", "1.5G",
    "18446744073709551616", "18014398509481984K", "16777216T", 0 } ;
  char const *const *p = no ;
  for (; *p ; p++) check(!nc_scan_size(*p, &u), "nc_scan_size refuses", *p) ;
  check(nc_scan_size("512M", &u) && u == 512ull << 20, "nc_scan_size", "512M") ;
  check(nc_scan_size("2g", &u) && u == 2ull << 30, "nc_scan_size", "2g") ;
  check(nc_scan_size("4294967296", &u) && u == 1ull << 32, "nc_scan_size", "4294967296") ;
  check(nc_scan_size("16777215T", &u) && u == 16777215ull << 40, "nc_scan_size", "16777215T") ;
}

static void durations (void)
{
  uint64_t u ;
  static char const *const no[] = { "", "s", "ms", "-1s", "+1", " 1", "1 s", "1d", "1S", "1sm", "18446744073709551615s", "18446744073709551616", 0 } ;
  char const *const *p = no ;
  for (; *p ; p++) check(!nc_scan_duration(*p, &u), "nc_scan_duration refuses", *p) ;
  check(nc_scan_duration("250", &u) && u == 250, "nc_scan_duration", "250") ;
  check(nc_scan_duration("250ms", &u) && u == 250, "nc_scan_duration", "250ms") ;
  check(nc_scan_duration("2m", &u) && u == 120000, "nc_scan_duration", "2m") ;
  check(nc_scan_duration("1h", &u) && u == 3600000, "nc_scan_duration", "1h") ;
}

static void names (void)
{
  char long64[65], long65[66] ;
  static char const *const no[] = { "", ".", "..", "-a", ".a", "a/b", "a b", "a\n", "\xc3\xa9", "a:b", "a=b", 0 } ;
  char const *const *p = no ;
  memset(long64, 'a', 64) ; long64[64] = 0 ;
  memset(long65, 'a', 65) ; long65[65] = 0 ;
  for (; *p ; p++) check(!nc_scan_name(*p), "nc_scan_name refuses", *p) ;
  check(!nc_scan_name(long65), "nc_scan_name refuses", long65) ;
  check(nc_scan_name(long64), "nc_scan_name", long64) ;
  check(nc_scan_name("_web-1.2"), "nc_scan_name", "_web-1.2") ;
}

/* no byte anywhere in a number but a digit */
static void every_byte (void)
{
  int c, at, wrong = 0 ;
  for (c = 1 ; c < 256 ; c++)
    for (at = 0 ; at < 4 ; at++)
    {
      char s[5] = "1000" ;
      uint32_t id ;
      int fd ;
      s[at] = (char)c ;
      if (c < '0' || c > '9') wrong += nc_scan_id(s, &id) || nc_scan_fd(s, &fd) ;
    }
  check(!wrong, "only digits make an id or a descriptor", "") ;
}

int main (void)
{
  ids() ;
  fds() ;
  sizes() ;
  durations() ;
  names() ;
  every_byte() ;
  printf("1..%u\n", n) ;
  return (int)failed ;
}
