/* ISC license. */

/* A keeper that waits for hours should cost next to nothing. Everything that it can get back from the file is given up, and
   the wait itself is one page of code with a mapping of its own: the kernel, which maps sixteen pages around the one that is
   missing, cannot map more than that mapping has (mm/memory.c, do_fault_around). */

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "nc.h"

#if defined(__SANITIZE_ADDRESS__) || !(defined(__x86_64__) || defined(__aarch64__))

int nc_park (sigset_t const *set, void const *frame)
{
  (void)frame ;
  return sigwaitinfo(set, 0) ;
}

#else

#define PARK_RANGES 8
#define PARK_SIGSET 8  /* bytes: what the kernel calls a set, sigprocmask(2) */

struct park { uintptr_t from, to ; } ;

/* A system call without a function: there is none on this page to be called. */
static inline __attribute__((always_inline)) long park_call (long nr, long a, long b, long c, long d)
{
#ifdef __x86_64__
  register long r10 __asm__("r10") = d ;
  __asm__ volatile ("syscall" : "+a"(nr) : "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory") ;
  return nr ;
#else
  register long x8 __asm__("x8") = nr ;
  register long x0 __asm__("x0") = a ;
  register long x1 __asm__("x1") = b ;
  register long x2 __asm__("x2") = c ;
  register long x3 __asm__("x3") = d ;
  __asm__ volatile ("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory") ;
  return x0 ;
#endif
}

/* madvise(2) is advice here: its failure costs memory and nothing else. */
__attribute__((noinline, aligned(4096), section(".text.nc_park")))
static long park_wait (struct park const *p, unsigned int n, sigset_t const *set)
{
  for (; n ; n--, p++) park_call(SYS_madvise, (long)p->from, (long)(p->to - p->from), MADV_DONTNEED, 0) ;
  return park_call(SYS_rt_sigtimedwait, (long)set, 0, 0, PARK_SIGSET) ;
}

static unsigned int park_add (struct park *p, unsigned int n, uintptr_t from, uintptr_t to, uintptr_t page)
{
  from = (from + page - 1) & ~(page - 1) ;
  to &= ~(page - 1) ;
  if (n == PARK_RANGES || from >= to) return n ;
  p[n].from = from ;
  p[n].to = to ;
  return n + 1 ;
}

/* What no one can have written to: text and constants come back from the file when they are next used. */
static unsigned int park_image (struct park *p, unsigned int n, uintptr_t page)
{
  ElfW(Phdr) const *ph = (ElfW(Phdr) const *)getauxval(AT_PHDR) ;
  unsigned long phn = getauxval(AT_PHNUM) ;
  uintptr_t base = 0 ;
  unsigned long i = 0 ;
  if (!ph) return n ;
  for (; i < phn ; i++) if (ph[i].p_type == PT_PHDR) base = (uintptr_t)ph - ph[i].p_vaddr ;
  for (i = 0 ; i < phn ; i++)
    if (ph[i].p_type == PT_LOAD && !(ph[i].p_flags & PF_W))
      n = park_add(p, n, (base + ph[i].p_vaddr) & ~(page - 1), base + ph[i].p_vaddr + ph[i].p_memsz + page - 1, page) ;
  return n ;
}

int nc_park (sigset_t const *set, void const *frame)
{
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE) ;
  uintptr_t wait = (uintptr_t)&park_wait & ~(page - 1) ;
  struct park p[PARK_RANGES] ;
  unsigned int n = park_add(p, 0, (uintptr_t)frame, (uintptr_t)nc_args_vector(), page) ;
  long r ;
  n = park_image(p, n, page) ;
  /* a flag that its neighbours lack makes it a mapping of its own */
  madvise((void *)wait, page, MADV_RANDOM) ;
  r = park_wait(p, n, set) ;
  if (r >= 0) return (int)r ;
  errno = (int)-r ;
  return -1 ;
}

#endif
