/* ISC license. */

/* The calls below libcrypto's EVP: those of EVP take locks, random bytes and a table of providers first, half a millisecond in which
   a start would rather be done, and cannot be linked statically without a loader for providers. */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "nc.h"
#include "attest.h"

#define SHA_BUF 131072

struct attest_sha
{
  SHA256_CTX ctx ;
  char buf[SHA_BUF] ;
} ;

struct attest_sha *attest_sha_new (void)
{
  return malloc(sizeof(struct attest_sha)) ;
}

int attest_sha_start (struct attest_sha *h)
{
  return SHA256_Init(&h->ctx) == 1 ? 0 : (errno = EIO, -1) ;
}

int attest_sha_add (struct attest_sha *h, void const *s, size_t len)
{
  return SHA256_Update(&h->ctx, s, len) == 1 ? 0 : (errno = EIO, -1) ;
}

int attest_sha_end (struct attest_sha *h, unsigned char *sum)
{
  return SHA256_Final(sum, &h->ctx) == 1 ? 0 : (errno = EIO, -1) ;
}

/* One byte more is asked for in the end: a file that grew is not what its size said. */
int attest_sha_fd (struct attest_sha *h, int fd, uint64_t len)
{
  for (;;)
  {
    ssize_t r = read(fd, h->buf, len && len < SHA_BUF ? (size_t)len : SHA_BUF) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) return -1 ;
    if ((uint64_t)r > len || (!r && len)) return (errno = ESTALE, -1) ;
    if (!r) return 0 ;
    if (attest_sha_add(h, h->buf, (size_t)r) == -1) return -1 ;
    len -= (uint64_t)r ;
  }
}
