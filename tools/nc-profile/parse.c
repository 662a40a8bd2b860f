/* ISC license. */

#include <stdlib.h>
#include <string.h>

#include <skalibs/types.h>
#include <skalibs/uint64.h>

#include "profile.h"

#define PARSE_PATH 16384

struct words
{
  char const *s ;
  char const *end ;
} ;

/* The next word of the line, a blank after it skipped; 0 where it is empty, longer than max - 1 or has a control character. */
static int parse_word (struct words *w, char *word, size_t max)
{
  size_t n = 0 ;
  while (w->s < w->end && *w->s != ' ')
  {
    if (n + 1 == max || (unsigned char)*w->s < 32) return 0 ;
    word[n++] = *w->s++ ;
  }
  word[n] = 0 ;
  if (w->s < w->end) w->s++ ;
  return n > 0 ;
}

static int parse_hex (struct words *w, uint64_t *u)
{
  char word[17] ;
  return parse_word(w, word, sizeof(word)) && !word[strspn(word, "0123456789abcdef")] && uint640_xscan(word, u) ;
}

static int parse_arch (struct words *w, uint32_t *arch)
{
  uint64_t u ;
  if (!parse_hex(w, &u) || u > 0xffffffffU) return 0 ;
  *arch = (uint32_t)u ;
  return 1 ;
}

static int parse_dec (struct words *w, uint64_t *u)
{
  char word[21] ;
  return parse_word(w, word, sizeof(word)) && !word[strspn(word, "0123456789")] && uint640_scan(word, u) ;
}

static int parse_number (struct words *w, uint32_t *nr)
{
  uint64_t u ;
  if (!parse_dec(w, &u) || u > 0xffffffffU) return 0 ;
  *nr = (uint32_t)u ;
  return 1 ;
}

/* Room for one more: doubled, so that a long trace is read in time. */
static void *parse_room (void *array, size_t n, size_t size)
{
  if (n & (n - 1)) return array ;
  return realloc(array, (n ? 2 * n : 1) * size) ;
}

static char const *parse_call (struct trace *t, struct words *w)
{
  struct trace_call c = { .many = 0 } ;
  struct trace_call *calls ;
  unsigned int i = 0 ;
  if (!parse_arch(w, &c.arch) || !parse_number(w, &c.nr)) return "malformed call" ;
  for (; i < 6 ; i++)
  {
    if (w->s < w->end && *w->s == '*')
    {
      if (w->s + 1 < w->end && w->s[1] != ' ') return "malformed argument" ;
      c.many |= 1U << i ;
      w->s += 1 + (w->s + 1 < w->end) ;
    }
    else if (!parse_hex(w, &c.args[i])) return "malformed argument" ;
  }
  if (w->s < w->end) return "too many words" ;
  calls = parse_room(t->calls, t->calln, sizeof(c)) ;
  if (!calls) return "out of memory" ;
  t->calls = calls ;
  t->calls[t->calln++] = c ;
  return 0 ;
}

static char const *parse_clone (struct trace *t, struct words *w)
{
  struct trace_clone c ;
  struct trace_clone *clones ;
  if (!parse_arch(w, &c.arch) || !parse_hex(w, &c.flags) || w->s < w->end) return "malformed flags of clone3" ;
  clones = parse_room(t->clones, t->clonen, sizeof(c)) ;
  if (!clones) return "out of memory" ;
  t->clones = clones ;
  t->clones[t->clonen++] = c ;
  return 0 ;
}

static char const *parse_path (struct trace *t, struct words *w)
{
  static char const letters[] = "rwxmd" ;
  struct trace_path p = { .use = 0 } ;
  struct trace_path *paths ;
  char word[6], path[PARSE_PATH + 1] ;
  size_t i = 0 ;
  if (!parse_word(w, word, sizeof(word))) return "malformed use" ;
  for (; word[i] ; i++)
  {
    char const *l = strchr(letters, word[i]) ;
    if (!l || p.use >> (l - letters)) return "malformed use" ;
    p.use |= 1U << (l - letters) ;
  }
  if (w->s == w->end || *w->s != '/' || w->end - w->s > PARSE_PATH || !trace_unescape(path, w->s, w->end)) return "malformed path" ;
  paths = parse_room(t->paths, t->pathn, sizeof(p)) ;
  if (!paths) return "out of memory" ;
  t->paths = paths ;
  p.path = strdup(path) ;
  if (!p.path) return "out of memory" ;
  t->paths[t->pathn++] = p ;
  return 0 ;
}

static char const *parse_line (struct trace *t, struct words *w)
{
  char word[5] ;
  uint32_t arch, nr ;
  uint64_t count ;
  if (t->ended) return "text after the end" ;
  if (!parse_word(w, word, sizeof(word))) return "malformed line" ;
  if (!strcmp(word, "c")) return parse_call(t, w) ;
  if (!strcmp(word, "p")) return parse_path(t, w) ;
  if (!strcmp(word, "f")) return parse_clone(t, w) ;
  if (!strcmp(word, "u")) return t->unreadable++, parse_arch(w, &arch) && parse_number(w, &nr) && w->s == w->end ? 0 : "malformed line" ;
  if (!strcmp(word, "n")) return parse_arch(w, &arch) && parse_number(w, &nr) && parse_dec(w, &count) && w->s == w->end ? 0 : "malformed count" ;
  if (strcmp(word, "end")) return "unknown line" ;
  t->ended = 1 ;
  return parse_dec(w, &count) && w->s == w->end ? 0 : "malformed end" ;
}

static char const *parse_head (struct trace *t, struct words *w)
{
  static char const head[] = "nucleus trace 1 " ;
  uint32_t arch ;
  if ((size_t)(w->end - w->s) <= sizeof(head) - 1 || memcmp(w->s, head, sizeof(head) - 1)) return "not a trace of nc-trace" ;
  w->s += sizeof(head) - 1 ;
  if (!parse_arch(w, &arch) || w->s < w->end) return "malformed architecture" ;
  if (t->arch && t->arch != arch) return "the traces are of different machines" ;
  t->arch = arch ;
  return 0 ;
}

char const *trace_parse (struct trace *t, char const *s, size_t len, size_t *line)
{
  char const *end = s + len ;
  *line = 0 ;
  t->ended = 0 ;
  while (s < end)
  {
    struct words w = { .s = s, .end = memchr(s, '\n', (size_t)(end - s)) } ;
    char const *e ;
    ++*line ;
    if (!w.end) return *line == 1 ? "not a trace of nc-trace" : 0 ;  /* a tracer that was killed has written half a line */
    s = w.end + 1 ;
    e = *line == 1 ? parse_head(t, &w) : parse_line(t, &w) ;
    if (e) return e ;
  }
  return *line ? 0 : "empty" ;
}

void trace_free (struct trace *t)
{
  size_t i = 0 ;
  for (; i < t->pathn ; i++) free(t->paths[i].path) ;
  free(t->paths) ;
  free(t->calls) ;
  free(t->clones) ;
}
