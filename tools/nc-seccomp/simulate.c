/* ISC license. */

#include <string.h>

#include "nc-seccomp.h"

#define SIM_WORDS (sizeof(struct seccomp_data) / sizeof(uint32_t))

struct sim
{
  uint32_t a ;
  uint32_t x ;
  uint32_t mem[BPF_MEMWORDS] ;
} ;

static int sim_alu (uint16_t op, uint32_t *a, uint32_t v)
{
  switch (op)
  {
    case BPF_ADD : *a += v ; return 1 ;
    case BPF_SUB : *a -= v ; return 1 ;
    case BPF_MUL : *a *= v ; return 1 ;
    case BPF_DIV : *a = v ? *a / v : 0 ; return v != 0 ;
    case BPF_OR : *a |= v ; return 1 ;
    case BPF_AND : *a &= v ; return 1 ;
    case BPF_XOR : *a ^= v ; return 1 ;
    case BPF_LSH : *a = v < 32 ? *a << v : 0 ; return v < 32 ;
    case BPF_RSH : *a = v < 32 ? *a >> v : 0 ; return v < 32 ;
    case BPF_NEG : *a = -*a ; return 1 ;
    default : return 0 ;
  }
}

static int sim_load (struct sim *s, struct sock_filter const *i, uint32_t const *words, unsigned int known)
{
  uint32_t v ;
  switch (BPF_MODE(i->code))
  {
    case BPF_IMM : v = i->k ; break ;
    case BPF_LEN : v = sizeof(struct seccomp_data) ; break ;
    case BPF_MEM :
      if (i->k >= BPF_MEMWORDS) return 0 ;
      v = s->mem[i->k] ;
      break ;
    case BPF_ABS :
      if (i->k % 4 || i->k / 4 >= SIM_WORDS || !(known >> i->k / 4 & 1)) return 0 ;
      v = words[i->k / 4] ;
      break ;
    default : return 0 ;
  }
  if (BPF_CLASS(i->code) == BPF_LD) s->a = v ; else s->x = v ;
  return 1 ;
}

/* How many instructions are skipped. */
static size_t sim_jump (struct sim const *s, struct sock_filter const *i)
{
  uint32_t v = BPF_SRC(i->code) == BPF_X ? s->x : i->k ;
  int yes ;
  switch (BPF_OP(i->code))
  {
    case BPF_JA : return i->k ;
    case BPF_JEQ : yes = s->a == v ; break ;
    case BPF_JGT : yes = s->a > v ; break ;
    case BPF_JGE : yes = s->a >= v ; break ;
    case BPF_JSET : yes = !!(s->a & v) ; break ;
    default : return BPF_MAXINSNS ;
  }
  return yes ? i->jt : i->jf ;
}

int seccomp_simulate (struct sock_filter const *f, size_t n, struct seccomp_data const *data, unsigned int known,
                      uint32_t *action)
{
  struct sim s = { .a = 0 } ;
  uint32_t words[SIM_WORDS] ;
  size_t pc = 0 ;
  memcpy(words, data, sizeof(words)) ;
  /* every jump goes forward, so this ends */
  for (; pc < n ; pc++)
  {
    struct sock_filter const *i = f + pc ;
    switch (BPF_CLASS(i->code))
    {
      case BPF_LD :
      case BPF_LDX : if (!sim_load(&s, i, words, known)) return 0 ; break ;
      case BPF_ST :
      case BPF_STX :
        if (i->k >= BPF_MEMWORDS) return 0 ;
        s.mem[i->k] = BPF_CLASS(i->code) == BPF_ST ? s.a : s.x ;
        break ;
      case BPF_ALU : if (!sim_alu(BPF_OP(i->code), &s.a, BPF_SRC(i->code) == BPF_X ? s.x : i->k)) return 0 ; break ;
      case BPF_JMP : pc += sim_jump(&s, i) ; break ;
      case BPF_MISC : if (BPF_MISCOP(i->code) == BPF_TAX) s.x = s.a ; else s.a = s.x ; break ;
      case BPF_RET : *action = BPF_RVAL(i->code) == BPF_A ? s.a : i->k ; return 1 ;
    }
  }
  return 0 ;
}
