/* ISC license. */

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <unistd.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#include "nc.h"

#ifdef __SANITIZE_ADDRESS__
# define TRIM 0
#else
# define TRIM 1
#endif

/* madvise(2), MADV_DONTNEED: advice, whose failure costs memory and nothing else. */
static void trim_range (uintptr_t from, uintptr_t to, uintptr_t page)
{
  from = (from + page - 1) & ~(page - 1) ;
  to &= ~(page - 1) ;
  if (from < to) madvise((void *)from, to - from, MADV_DONTNEED) ;
}

/* What no one can have written to: text and constants come back from the file when they are next used. */
static void trim_image (uintptr_t page)
{
  ElfW(Phdr) const *ph = (ElfW(Phdr) const *)getauxval(AT_PHDR) ;
  unsigned long n = getauxval(AT_PHNUM) ;
  uintptr_t base = 0 ;
  unsigned long i = 0 ;
  if (!ph) return ;
  for (; i < n ; i++) if (ph[i].p_type == PT_PHDR) base = (uintptr_t)ph - ph[i].p_vaddr ;
  for (i = 0 ; i < n ; i++)
    if (ph[i].p_type == PT_LOAD && !(ph[i].p_flags & PF_W))
      trim_range(base + ph[i].p_vaddr, base + ph[i].p_vaddr + ph[i].p_memsz + page - 1, page) ;
}

void nc_trim (void const *frame)
{
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE) ;
  if (!TRIM) return ;
  trim_range((uintptr_t)frame, (uintptr_t)nc_args_vector(), page) ;
  trim_image(page) ;
}
