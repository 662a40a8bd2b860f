/* ISC license. */

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "nc.h"
#include "attest.h"

#define SHA_BUF 131072

struct attest_sha
{
  EVP_MD *md ;
  EVP_MD_CTX *ctx ;
  char buf[SHA_BUF] ;
} ;

/* No configuration file is read, nor what the environment would name as one. */
struct attest_sha *attest_sha_new (void)
{
  struct attest_sha *h = malloc(sizeof(*h)) ;
  if (!h) return 0 ;
  if (!OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, 0)) return 0 ;
  h->md = EVP_MD_fetch(0, "SHA256", 0) ;
  h->ctx = EVP_MD_CTX_new() ;
  return h->md && h->ctx ? h : 0 ;
}

int attest_sha_start (struct attest_sha *h)
{
  return EVP_DigestInit_ex2(h->ctx, h->md, 0) == 1 ? 0 : (errno = EIO, -1) ;
}

int attest_sha_add (struct attest_sha *h, void const *s, size_t len)
{
  return EVP_DigestUpdate(h->ctx, s, len) == 1 ? 0 : (errno = EIO, -1) ;
}

int attest_sha_end (struct attest_sha *h, unsigned char *sum)
{
  return EVP_DigestFinal_ex(h->ctx, sum, 0) == 1 ? 0 : (errno = EIO, -1) ;
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
