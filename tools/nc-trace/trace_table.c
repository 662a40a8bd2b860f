/* ISC license. */

#include <stdlib.h>

#include "nc.h"
#include "trace.h"

struct line
{
  uint64_t call ;     /* architecture and number */
  uint64_t many ;
  uint64_t args[6] ;
} ;

static uint64_t line_hash (void const *p)
{
  return trace_hash(p, sizeof(struct line), 0) ;
}

static uint64_t call_hash (void const *p)
{
  struct trace_call const *c = p ;
  return trace_hash(&c->arch, sizeof(c->arch) + sizeof(c->nr), 0) ;
}

/* Numbers beyond TRACE_CALLS are one: a program can make up any. */
static struct trace_call *table_call (struct tracer *t, uint32_t arch, uint32_t nr)
{
  struct trace_call key = { .arch = arch, .nr = nr } ;
  size_t i ;
  struct trace_call *c ;
  if (!trace_set_grow(&t->calls, &call_hash)) trace_die(t, "allocate memory for ") ;
  for (i = (size_t)call_hash(&key) & (t->calls.size - 1) ; t->calls.slot[i] ; i = (i + 1) & (t->calls.size - 1))
  {
    c = t->calls.slot[i] ;
    if (c->arch == arch && c->nr == nr) return c ;
  }
  if (t->calls.n >= TRACE_CALLS && nr != ~0U) return table_call(t, arch, ~0U) ;
  c = calloc(1, sizeof(*c)) ;
  if (!c) trace_die(t, "allocate memory for ") ;
  c->arch = arch ;
  c->nr = nr ;
  t->calls.slot[i] = c ;
  t->calls.n++ ;
  return c ;
}

static void table_mask (struct line *l, struct trace_call const *c, uint64_t const *args)
{
  unsigned int i = 0 ;
  l->call = (uint64_t)c->arch << 32 | c->nr ;
  l->many = c->many ;
  for (; i < 6 ; i++) l->args[i] = c->many >> i & 1 ? 0 : args[i] ;
}

/* 1 where that line is known; else its slot. */
static int table_known (struct tracer *t, struct line const *l, size_t *slot)
{
  size_t i ;
  if (!trace_set_grow(&t->lines, &line_hash)) trace_die(t, "allocate memory for ") ;
  for (i = (size_t)line_hash(l) & (t->lines.size - 1) ; t->lines.slot[i] ; i = (i + 1) & (t->lines.size - 1))
    if (!memcmp(t->lines.slot[i], l, sizeof(*l))) return 1 ;
  *slot = i ;
  return 0 ;
}

static void table_value (struct trace_call *c, unsigned int i, uint64_t v)
{
  unsigned int j = 0 ;
  if (c->many >> i & 1) return ;
  for (; j < c->n[i] ; j++) if (c->value[i][j] == v) return ;
  if (j == TRACE_FEW) c->many |= 1U << i ;
  else c->value[i][c->n[i]++] = v ;
}

/* A call with more lines than that has arguments that nobody would make a rule of. */
static void table_crowded (struct trace_call *c)
{
  unsigned int i = 0, most = 6 ;
  if (c->lines < TRACE_TUPLES) return ;
  for (; i < 6 ; i++) if (!(c->many >> i & 1) && (most == 6 || c->n[i] > c->n[most])) most = i ;
  if (most < 6) c->many |= 1U << most ;
  c->lines = 0 ;
}

static void table_write (struct tracer *t, struct line const *l)
{
  unsigned int i = 0 ;
  trace_word(t, "c ") ;
  trace_hex(t, l->call >> 32) ;
  trace_word(t, " ") ;
  trace_dec(t, l->call & 0xffffffffU) ;
  for (; i < 6 ; i++)
  {
    trace_word(t, " ") ;
    if (l->many >> i & 1) trace_word(t, "*") ; else trace_hex(t, l->args[i]) ;
  }
  trace_word(t, "\n") ;
}

void trace_table_add (struct tracer *t, struct seccomp_data const *d)
{
  uint64_t const args[6] = { d->args[0], d->args[1], d->args[2], d->args[3], d->args[4], d->args[5] } ;
  struct trace_call *c = table_call(t, d->arch, (uint32_t)d->nr) ;
  struct line l ;
  struct line *copy ;
  size_t slot ;
  unsigned int i = 0 ;
  c->count++ ;
  t->total++ ;
  table_mask(&l, c, args) ;
  if (table_known(t, &l, &slot)) return ;
  for (; i < 6 ; i++) table_value(c, i, args[i]) ;
  table_crowded(c) ;
  table_mask(&l, c, args) ;
  if (table_known(t, &l, &slot)) return ;
  copy = malloc(sizeof(*copy)) ;
  if (!copy) trace_die(t, "allocate memory for ") ;
  *copy = l ;
  t->lines.slot[slot] = copy ;
  t->lines.n++ ;
  c->lines++ ;
  table_write(t, &l) ;
}

void trace_table_end (struct tracer *t)
{
  size_t i = 0 ;
  for (; i < t->calls.size ; i++)
  {
    struct trace_call const *c = t->calls.slot[i] ;
    if (!c) continue ;
    trace_word(t, "n ") ;
    trace_hex(t, c->arch) ;
    trace_word(t, " ") ;
    trace_dec(t, c->nr) ;
    trace_word(t, " ") ;
    trace_dec(t, c->count) ;
    trace_word(t, "\n") ;
  }
  trace_word(t, "end ") ;
  trace_dec(t, t->total) ;
  trace_word(t, "\n") ;
  trace_flush(t) ;
}
