/* ISC license. */
/* link: tools/nc-attest/manifest.c tools/nc-attest/manifest_put.c tools/nc-attest/registration.c tools/nc-attest/sums.c lib/nc_merkle.c */

/* The readers of nc-attest: digests in every form, names of store paths, the order of paths, a manifest with one byte changed at every
   place; and the digest of a tree, against one computed by hand. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nc_merkle.h"
#include "../../tools/nc-attest/attest.h"

static unsigned int n, failed ;

static void check (int good, char const *what, char const *word)
{
  n++ ;
  if (!good) failed = 1 ;
  printf("%sok %u - %s \"", good ? "" : "not ", n, what) ;
  for (; *word ; word++)
    if (*word >= ' ' && *word < 127 && *word != '#' && *word != '\\') putchar(*word) ; else printf("\\x%02x", (unsigned char)*word) ;
  puts("\"") ;
}

/* of an empty directory as a Nix archive, in every form */
static void sums (void)
{
  static char const hex[] = "a50a5ab6d992f5598edd92105059fae9acfc192981e08bd88534c2167e92526a" ;
  static char const *const same[] = { hex, "sha256:a50a5ab6d992f5598edd92105059fae9acfc192981e08bd88534c2167e92526a",
    "0sjjj9z1dhilhpc8pq4154czrb79z9cm044jvn75kxcjv6v5l2m5", "sha256:0sjjj9z1dhilhpc8pq4154czrb79z9cm044jvn75kxcjv6v5l2m5",
    "sha256-pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo=", "sha256:pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo=",
    "pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo=" } ;
  static char const *const bad[] = { "", "sha256:", "sha256-", "sha256", "sha1:a50a5ab6d992f5598edd92105059fae9acfc192981e08bd88534c2167e92526a",
    "A50A5AB6D992F5598EDD92105059FAE9ACFC192981E08BD88534C2167E92526A", "a50a5ab6d992f5598edd92105059fae9acfc192981e08bd88534c2167e92526",
    "a50a5ab6d992f5598edd92105059fae9acfc192981e08bd88534c2167e92526g", "sha256-a50a5ab6d992f5598edd92105059fae9acfc192981e08bd88534c2167e92526a",
    "2sjjj9z1dhilhpc8pq4154czrb79z9cm044jvn75kxcjv6v5l2m5", "0sjjj9z1dhilhpc8pq4154czrb79z9cm044jvn75kxcjv6v5l2me",
    "0sjjj9z1dhilhpc8pq4154czrb79z9cm044jvn75kxcjv6v5l2m", "pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmp=", "pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmo",
    "pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUmoo", "pQpattmS9VmO3ZIQUFn66az8GSmB4IvYhTTCFn6SUm-=",
    " a50a5ab6d992f5598edd92105059fae9acfc192981e08bd88534c2167e92526a" } ;
  unsigned char sum[ATTEST_SUM] ;
  char out[2 * ATTEST_SUM + 1] ;
  size_t i = 0 ;
  for (; i < sizeof(same) / sizeof(same[0]) ; i++)
  {
    int r = attest_sum_any(same[i], sum) ;
    nc_merkle_hex(out, (char const *)sum) ;
    check(r && !strcmp(out, hex), "a digest", same[i]) ;
  }
  for (i = 0 ; i < sizeof(bad) / sizeof(bad[0]) ; i++) check(!attest_sum_any(bad[i], sum), "no digest", bad[i]) ;
}

static void names (void)
{
  static char const *const good[] = { "0123456789abcdfghijklmnpqrsvwxyz-a", "zyxwvsrqpnmlkjihgfdcba9876543210-A+b-._?=9" } ;
  static char const *const bad[] = { "", "0123456789abcdfghijklmnpqrsvwxyz", "0123456789abcdfghijklmnpqrsvwxyz-", "0123456789abcdfghijklmnpqrsvwxy-a",
    "e123456789abcdfghijklmnpqrsvwxyz-a", "0123456789abcdfghijklmnpqrsvwxyz_a", "0123456789abcdfghijklmnpqrsvwxyz-a/b", "0123456789abcdfghijklmnpqrsvwxyz-a b",
    "0123456789ABCDFGHIJKLMNPQRSVWXYZ-a", "0123456789abcdfghijklmnpqrsvwxyz-\xc3\xa9", "..", "0123456789abcdfghijklmnpqrsvwxyz0-a" } ;
  char long211[33 + 213] ;
  size_t i = 0 ;
  for (; i < sizeof(good) / sizeof(good[0]) ; i++) check(attest_store_name(good[i]), "a name in the store", good[i]) ;
  for (i = 0 ; i < sizeof(bad) / sizeof(bad[0]) ; i++) check(!attest_store_name(bad[i]), "no name in the store", bad[i]) ;
  memset(long211, 'a', sizeof(long211)) ;
  memcpy(long211, good[0], 33) ;
  long211[33 + 211] = 0 ;
  check(attest_store_name(long211), "a name in the store", "of 211 letters") ;
  long211[33 + 211] = 'a' ;
  long211[33 + 212] = 0 ;
  check(!attest_store_name(long211), "no name in the store", "of 212 letters") ;
}

/* each before the next, in all pairs */
static void orders (void)
{
  static char const *const v[] = { "\x01", " ", "a", "a/\x01", "a/b", "a/b/c", "a/bc", "a/z", "a\x01", "a b", "a-b",
    "a.b", "a0", "ab", "b", "\x7f", "\x80", "\xff", "\xff\xff" } ;
  size_t i, j ;
  int wrong = 0 ;
  for (i = 0 ; i < sizeof(v) / sizeof(v[0]) ; i++)
    for (j = 0 ; j < sizeof(v) / sizeof(v[0]) ; j++)
      wrong += attest_order(v[i], v[j]) != (i < j ? -1 : i > j) ;
  check(!wrong, "the order of paths", "all pairs") ;
}

#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"

static char const whole[] = ATTEST_HEADER "\n"
  "d\t0755\t0:0\t.\nc\t0666\t0:0\tc\t1:3\nd\t1777\t4294967294:1\td\nf\t4755\t0:0\td/\\x0af\t" ZERO "\nl\t0777\t0:0\td/l\t\\x5c/..\n"
  "p\t0644\t0:0\tp\ns\t0644\t0:0\ts\nn\t" ZERO "\t/s/0123456789abcdfghijklmnpqrsvwxyz-a\n" ;

/* Read and written again: -1 where it is malformed, 1 where that is the same text. */
static int again (char const *text, size_t len)
{
  struct attest_text t ;
  struct attest_entry e ;
  stralloc sa = STRALLOC_ZERO ;
  char *s = malloc(len + 1) ;
  int r ;
  if (!s) abort() ;
  memcpy(s, text, len) ;
  s[len] = 0 ;
  r = attest_manifest_start(&t, s, len) ;
  if (r == 1) stralloc_cats(&sa, ATTEST_HEADER "\n") ;
  while (r == 1 && (r = attest_manifest_next(&t, &e)) == 1) attest_manifest_put(&sa, &e) ;
  r = r == -1 ? -1 : sa.s && sa.len == len && !memcmp(sa.s, text, len) ;
  stralloc_free(&sa) ;
  free(s) ;
  return r ;
}

static void bytes (void)
{
  size_t i = 0, read = 0, wrong = 0 ;
  check(again(whole, sizeof(whole) - 1) == 1, "read and written again", "is the same text") ;
  for (; i < sizeof(whole) - 1 ; i++)
  {
    char s[sizeof(whole)] ;
    unsigned int c = 0 ;
    check(again(whole, i) != 0, "a part of it is malformed, or a manifest of its own", "") ;
    for (; c < 256 ; c++)
    {
      int r ;
      memcpy(s, whole, sizeof(whole)) ;
      s[i] = (char)c ;
      r = again(s, sizeof(whole) - 1) ;
      read += r == 1 ;
      wrong += r == 0 ;
    }
  }
  check(!wrong, "every byte, at every place: malformed, or written again as the same text", "") ;
  check(read > sizeof(whole), "some of these are a manifest", "") ;
}

static void tree (void)
{
  struct nc_merkle m = { 0 } ;
  char digest[NC_MERKLE_LEN], content[NC_MERKLE_LEN], hex[2 * NC_MERKLE_LEN + 1] ;
  SHA256Schedule s ;
  sha256_init(&s) ;
  sha256_final(&s, content) ;
  /* d 0755, in it the empty directory "d" 0700, the empty file "f" 0644 and the link "l" to "f" */
  if (nc_merkle_enter(&m) == -1) abort() ;
  if (nc_merkle_enter(&m) == -1) abort() ;
  nc_merkle_leave(&m, 040700, "d") ;
  nc_merkle_file(&m, 0100644, "f", content) ;
  nc_merkle_link(&m, "l", "f") ;
  nc_merkle_end(&m, 040755, digest) ;
  nc_merkle_hex(hex, digest) ;
  check(!strcmp(hex, "6d6e6ceb76b55b07b0c868836e1cdde4e7cacddf2a8aac72991bf6f0989a4950"), "the digest of a tree", hex) ;
}

int main (void)
{
  sums() ;
  names() ;
  orders() ;
  bytes() ;
  tree() ;
  printf("1..%u\n", n) ;
  return (int)failed ;
}
