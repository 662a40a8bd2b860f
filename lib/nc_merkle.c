/* ISC license. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "nc_merkle.h"

#define MERKLE_TITLE "nucleus tree 1"

static SHA256Schedule *merkle_top (struct nc_merkle *m)
{
  return genalloc_s(SHA256Schedule, &m->levels) + genalloc_len(SHA256Schedule, &m->levels) - 1 ;
}

int nc_merkle_enter (struct nc_merkle *m)
{
  SHA256Schedule s ;
  sha256_init(&s) ;
  return genalloc_append(SHA256Schedule, &m->levels, &s) ? 0 : -1 ;
}

/* Type, mode as four octal digits, name, zero byte, digest: a name holds no zero byte, so that one text has one meaning. */
static void merkle_record (SHA256Schedule *s, char type, mode_t mode, char const *name, char const *digest)
{
  char head[] = "t mmmm " ;
  size_t i = 5 ;
  head[0] = type ;
  for (; i > 1 ; i--, mode >>= 3) head[i] = (char)('0' + (mode & 7)) ;
  sha256_update(s, head, sizeof(head) - 1) ;
  sha256_update(s, name, strlen(name) + 1) ;
  sha256_update(s, digest, NC_MERKLE_LEN) ;
}

void nc_merkle_file (struct nc_merkle *m, mode_t mode, char const *name, char const digest[NC_MERKLE_LEN])
{
  merkle_record(merkle_top(m), 'f', mode, name, digest) ;
}

void nc_merkle_link (struct nc_merkle *m, char const *name, char const *text)
{
  SHA256Schedule s ;
  char digest[NC_MERKLE_LEN] ;
  sha256_init(&s) ;
  sha256_update(&s, text, strlen(text)) ;
  sha256_final(&s, digest) ;
  merkle_record(merkle_top(m), 'l', 0777, name, digest) ;
}

void nc_merkle_leave (struct nc_merkle *m, mode_t mode, char const *name)
{
  char digest[NC_MERKLE_LEN] ;
  sha256_final(merkle_top(m), digest) ;
  genalloc_setlen(SHA256Schedule, &m->levels, genalloc_len(SHA256Schedule, &m->levels) - 1) ;
  merkle_record(merkle_top(m), 'd', mode, name, digest) ;
}

void nc_merkle_end (struct nc_merkle *m, mode_t mode, char digest[NC_MERKLE_LEN])
{
  SHA256Schedule s ;
  char top[NC_MERKLE_LEN] ;
  sha256_final(merkle_top(m), top) ;
  genalloc_free(SHA256Schedule, &m->levels) ;
  sha256_init(&s) ;
  sha256_update(&s, MERKLE_TITLE, sizeof(MERKLE_TITLE)) ;
  merkle_record(&s, 'd', mode, "", top) ;
  sha256_final(&s, digest) ;
}

int nc_merkle_content (int fd, char digest[NC_MERKLE_LEN], uint64_t *bytes)
{
  SHA256Schedule s ;
  char buf[65536] ;
  sha256_init(&s) ;
  *bytes = 0 ;
  for (;;)
  {
    ssize_t r = read(fd, buf, sizeof(buf)) ;
    if (r == -1 && errno == EINTR) continue ;
    if (r == -1) return -1 ;
    if (!r) break ;
    sha256_update(&s, buf, (size_t)r) ;
    *bytes += (uint64_t)r ;
  }
  sha256_final(&s, digest) ;
  return 0 ;
}

void nc_merkle_hex (char *out, char const digest[NC_MERKLE_LEN])
{
  static char const hex[] = "0123456789abcdef" ;
  size_t i = 0 ;
  for (; i < NC_MERKLE_LEN ; i++)
  {
    *out++ = hex[(unsigned char)digest[i] >> 4] ;
    *out++ = hex[digest[i] & 15] ;
  }
  *out = 0 ;
}
