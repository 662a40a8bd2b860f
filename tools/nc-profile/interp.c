/* ISC license. */

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "profile.h"

#define INTERP_DEPTH 5  /* of scripts that scripts interpret, exec in the kernel's fs/exec.c */

/* "#!/bin/sh -e": the path, or 0. */
static char const *interp_script (char *s, ssize_t n)
{
  char *p = s + 2 ;
  s[n] = 0 ;
  p += strspn(p, " \t") ;
  p[strcspn(p, " \t\n")] = 0 ;
  return *p ? p : 0 ;
}

/* Is all of it there? A file that ends early is none that the kernel would execute. */
static int interp_read (int fd, char const *path, void *s, size_t n, uint64_t at)
{
  ssize_t r ;
  do r = pread(fd, s, n, (off_t)at) ;
  while (r == -1 && errno == EINTR) ;
  if (r == -1) strerr_diefusys(111, "read ", path) ;
  return (size_t)r == n ;
}

static char const *interp_elf (int fd, char const *path, char const *head, char *s, size_t max)
{
  Elf64_Ehdr e ;
  Elf64_Phdr p ;
  unsigned int i = 0 ;
  memcpy(&e, head, sizeof(e)) ;
  if (e.e_ident[EI_CLASS] == ELFCLASS32)
  {
    Elf32_Ehdr e32 ;
    Elf32_Phdr p32 ;
    memcpy(&e32, head, sizeof(e32)) ;
    for (; i < e32.e_phnum ; i++)
    {
      if (!interp_read(fd, path, &p32, sizeof(p32), e32.e_phoff + i * sizeof(p32))) return 0 ;
      if (p32.p_type == PT_INTERP) break ;
    }
    if (i == e32.e_phnum || p32.p_filesz >= max || !interp_read(fd, path, s, p32.p_filesz, p32.p_offset)) return 0 ;
    s[p32.p_filesz] = 0 ;
    return s ;
  }
  for (; i < e.e_phnum ; i++)
  {
    if (!interp_read(fd, path, &p, sizeof(p), e.e_phoff + i * sizeof(p))) return 0 ;
    if (p.p_type == PT_INTERP) break ;
  }
  if (i == e.e_phnum || p.p_filesz >= max || !interp_read(fd, path, s, p.p_filesz, p.p_offset)) return 0 ;
  s[p.p_filesz] = 0 ;
  return s ;
}

/* The kernel opens them for execution itself, which no trace shows. */
void profile_interpreters (struct places *l, char const *path, int depth)
{
  char head[256] = { 0 }, s[PATH_MAX], real[PATH_MAX] ;
  char const *interpreter = 0 ;
  ssize_t n ;
  int fd = depth < INTERP_DEPTH ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1 ;
  if (fd == -1)
  {
    if (depth < INTERP_DEPTH) profile_absent(path) ;
    return ;
  }
  n = read(fd, head, sizeof(head) - 1) ;
  if (n == -1) strerr_diefusys(111, "read ", path) ;
  if (n > 2 && !memcmp(head, "#!", 2)) interpreter = interp_script(head, n) ;
  else if (n >= (ssize_t)sizeof(Elf64_Ehdr) && !memcmp(head, ELFMAG, SELFMAG)) interpreter = interp_elf(fd, path, head, s, sizeof(s)) ;
  if (close(fd) == -1) strerr_diefusys(111, "close ", path) ;
  if (!interpreter || interpreter[0] != '/') return ;
  profile_canonical(interpreter, real, sizeof(real)) ;
  if (access(real, F_OK) == -1)
  {
    profile_absent(real) ;
    return ;
  }
  places_add(l, ACCESS_EXECUTE | ACCESS_READ, real) ;
  profile_interpreters(l, real, depth + 1) ;
}
