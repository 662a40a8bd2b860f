/* ISC license. */

#include <string.h>

#include <skalibs/uint64.h>

#include "assert.h"

static int line_field (char **s, char const **field)
{
  char *end = strchr(*s, ' ') ;
  if (!end) return 0 ;
  *end = 0 ;
  *field = *s ;
  *s = end + 1 ;
  return 1 ;
}

static void line_decode (char *out, char const *s)
{
  for (; *s ; s++)
    if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' && s[3] >= '0' && s[3] <= '7')
    {
      *out++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0')) ;
      s += 3 ;
    }
    else *out++ = *s ;
  *out = 0 ;
}

int assert_line_split (char *line, struct assert_mount *m)
{
  char const *f[6], *s ;
  unsigned int i = 0 ;
  for (; i < 6 ; i++) if (!line_field(&line, f + i)) return 0 ;
  for (m->tag = 0 ;;)
  {
    if (!line_field(&line, &s)) return 0 ;
    if (!strcmp(s, "-")) break ;
    if (strcmp(s, "unbindable")) m->tag = s ;
  }
  if (!line_field(&line, &m->type) || !line_field(&line, &s) || !uint640_scan(f[0], &m->id)) return 0 ;
  m->dev = f[2] ;
  m->root = f[3] ;
  m->super = line ;
  m->options = f[5] ;
  m->shown = f[4] ;
  line_decode(m->path, f[4]) ;
  return 1 ;
}

int assert_has (char const *list, char const *word)
{
  size_t n = strlen(word) ;
  for (;;)
  {
    size_t len = strcspn(list, ",") ;
    if (len == n && !memcmp(list, word, n)) return 1 ;
    if (!list[len]) return 0 ;
    list += len + 1 ;
  }
}

int assert_below (char const *path, char const *top)
{
  size_t n = strlen(top) ;
  return !strncmp(path, top, n) && path[n] == '/' ;
}
