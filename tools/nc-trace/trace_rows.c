/* ISC license. */

#include <skalibs/nonposix.h>

#include <sys/syscall.h>

#include "nc.h"
#include "trace.h"

#define CWD (-1)

#ifdef __x86_64__
# define OLD(nr) nr
#else
# define OLD(nr) (-1)
#endif

/* 32-bit x86 has numbers of its own. */
struct trace_row const trace_rows[] =
{
  { __NR_openat, 295, 0, 1, TRACE_OPEN, 2 },
  { OLD(__NR_open), 5, CWD, 0, TRACE_OPEN, 1 },
  { __NR_execve, 11, CWD, 0, TRACE_USE, TRACE_EXECUTE },
  { __NR_openat2, 437, 0, 1, TRACE_HOW, 2 },
  { OLD(__NR_creat), 8, CWD, 0, TRACE_USE, TRACE_WRITE | TRACE_MAKE },
  { __NR_execveat, 358, 0, 1, TRACE_USE, TRACE_EXECUTE },
  { OLD(__NR_mkdir), 39, CWD, 0, TRACE_USE, TRACE_MAKE | TRACE_DIR | TRACE_NEW },
  { __NR_mkdirat, 296, 0, 1, TRACE_USE, TRACE_MAKE | TRACE_DIR | TRACE_NEW },
  { OLD(__NR_rmdir), 40, CWD, 0, TRACE_USE, TRACE_MAKE | TRACE_OLD },
  { OLD(__NR_unlink), 10, CWD, 0, TRACE_USE, TRACE_MAKE | TRACE_OLD },
  { __NR_unlinkat, 301, 0, 1, TRACE_USE, TRACE_MAKE | TRACE_OLD },
  { OLD(__NR_rename), 38, CWD, 0, TRACE_USE, TRACE_MAKE | TRACE_OLD },
  { OLD(__NR_rename), 38, CWD, 1, TRACE_USE, TRACE_MAKE | TRACE_DIR },
#ifdef __NR_renameat
  { __NR_renameat, 302, 0, 1, TRACE_USE, TRACE_MAKE | TRACE_OLD },
  { __NR_renameat, 302, 2, 3, TRACE_USE, TRACE_MAKE | TRACE_DIR },
#endif
  { __NR_renameat2, 353, 0, 1, TRACE_USE, TRACE_MAKE | TRACE_OLD },
  { __NR_renameat2, 353, 2, 3, TRACE_USE, TRACE_MAKE | TRACE_DIR },
  { OLD(__NR_link), 9, CWD, 0, TRACE_USE, TRACE_MAKE },
  { OLD(__NR_link), 9, CWD, 1, TRACE_USE, TRACE_MAKE },
  { __NR_linkat, 303, 0, 1, TRACE_USE, TRACE_MAKE },
  { __NR_linkat, 303, 2, 3, TRACE_USE, TRACE_MAKE },
  { OLD(__NR_symlink), 83, CWD, 1, TRACE_USE, TRACE_MAKE },
  { __NR_symlinkat, 304, 1, 2, TRACE_USE, TRACE_MAKE },
  { OLD(__NR_mknod), 14, CWD, 0, TRACE_USE, TRACE_MAKE },
  { __NR_mknodat, 297, 0, 1, TRACE_USE, TRACE_MAKE },
  { __NR_truncate, 92, CWD, 0, TRACE_USE, TRACE_WRITE },
  { -1, 193, CWD, 0, TRACE_USE, TRACE_WRITE },
  { __NR_bind, 361, CWD, 1, TRACE_BIND, 2 },
} ;
size_t const trace_rows_n = sizeof(trace_rows) / sizeof(trace_rows[0]) ;
