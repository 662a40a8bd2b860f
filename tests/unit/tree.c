/* ISC license. */

/* lib/nc_tree.h: patterns as a table; a walk over a deep tree, and one that is moved meanwhile; copies of files with holes. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "nc.h"
#include "nc_tree.h"

#define DEEP 1500

static unsigned int n, failed ;

static void check (int good, char const *what, char const *word)
{
  n++ ;
  if (!good) failed = 1 ;
  printf("%sok %u - %s \"%s\"\n", good ? "" : "not ", n, what, word) ;
}

static void must (int good, char const *what)
{
  if (good) return ;
  printf("Bail out! %s: %s\n", what, strerror(errno)) ;
  _exit(1) ;
}

static void pattern (char const *glob, char const *path, int isdir, int want)
{
  struct nc_patterns p = { 0 } ;
  char const *slash = strrchr(path, '/') ;
  char what[300] ;
  snprintf(what, sizeof(what), "%s %s%s", glob, want ? "means" : "does not mean", isdir ? " the directory" : "") ;
  check(nc_patterns_add(&p, glob, strlen(glob)) == 1 && !!nc_patterns_match(&p, path, slash ? slash + 1 : path, isdir) == want, what, path) ;
  nc_patterns_free(&p) ;
}

static void patterns (void)
{
  static struct { char const *glob, *path ; int isdir, want ; } const rows[] =
  {
    { "a", "a", 0, 1 }, { "a", "x/y/a", 0, 1 }, { "a", "x/ab", 0, 0 }, { "a", "A", 0, 0 }, { ":(icase)a", "x/A", 0, 1 }, { "a", "a/b", 0, 0 },
    { "*.pem", "x/k.pem", 0, 1 }, { "*.pem", "k.pem/x", 0, 0 }, { ":(icase)*secret*", "x/MySecrets.txt", 0, 1 }, { ".env.*", ".env.local", 0, 1 },
    { "a/b", "a/b", 0, 1 }, { "a/b", "x/a/b", 0, 0 }, { "/a", "a", 0, 1 }, { "/a", "x/a", 0, 0 }, { "**/a/b", "a/b", 0, 1 }, { "**/a/b", "x/y/a/b", 0, 1 },
    { "**/a/b", "x/ya/b", 0, 0 }, { "a/", "x/a", 1, 1 }, { "a/", "x/a", 0, 0 }, { "**/.git/hooks/", "m/.git/hooks", 1, 1 }, { "a/*", "a/b/c", 0, 0 },
    { "*", "a/b", 0, 1 }, { "\\*", "*", 0, 1 }, { "\\*", "a", 0, 0 }, { "[ab]c", "x/bc", 0, 1 }, { "a\tb", "a\tb", 0, 1 }, { "?", "\xff", 0, 1 }
  } ;
  static char const *const bad[] = { "/", "//", "a//b", "**", "a/**", "**/", "a/**/b", "..", "a/../b", ".", "./a", "a\\",
    "a\\/b", ":(icase)", "//a", "a/b//" } ;
  static char const *const none[] = { "", "   ", "# a", "\t" } ;
  struct nc_patterns p = { 0 } ;
  unsigned int line ;
  size_t i = 0 ;
  for (; i < sizeof(rows) / sizeof(rows[0]) ; i++) pattern(rows[i].glob, rows[i].path, rows[i].isdir, rows[i].want) ;
  for (i = 0 ; i < sizeof(bad) / sizeof(bad[0]) ; i++)
    check(nc_patterns_add(&p, bad[i], strlen(bad[i])) == -1 && errno == EINVAL, "refused", bad[i]) ;
  for (i = 0 ; i < sizeof(none) / sizeof(none[0]) ; i++) check(nc_patterns_add(&p, none[i], strlen(none[i])) == 0, "no pattern", none[i]) ;
  check(nc_patterns_add(&p, "a\0b", 3) == -1, "refused", "a zero byte") ;
  check(nc_patterns_text(&p, "a\n\n# x\nb\\\nc", 11, &line) == -1 && line == 4, "the line of a malformed pattern", "4") ;
  nc_patterns_free(&p) ;
}

static void make (int dir, char const *name, char const *text)
{
  int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644) ;
  must(fd != -1 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && !close(fd), name) ;
}

static int deep (int top)
{
  char name[256] ;
  int i = 0, fd = dup(top) ;
  memset(name, 'n', 255) ;
  name[255] = 0 ;
  for (; i < DEEP ; i++)
  {
    int next ;
    must(!mkdirat(fd, name, 0755), "mkdir") ;
    next = openat(fd, name, O_RDONLY | O_DIRECTORY) ;
    must(next != -1 && !close(fd), "open") ;
    fd = next ;
  }
  make(fd, "last", "") ;
  return fd ;
}

static size_t walked (int top, size_t *deepest)
{
  struct nc_walk w ;
  enum nc_walk_what what ;
  size_t entries = 0 ;
  int r = nc_walk_start(&w, dup(top)) ;
  *deepest = 0 ;
  while (!r && (what = nc_walk_next(&w)) != NC_WALK_END)
  {
    if (what == NC_WALK_ERROR) { r = -1 ; break ; }
    if (w.depth > *deepest) *deepest = w.depth ;
    if (what == NC_WALK_LEAVE) continue ;
    entries++ ;
    if (S_ISDIR(w.st.st_mode)) r = nc_walk_enter(&w) ;
  }
  return nc_walk_end(&w, r) == -1 ? 0 : entries ;
}

static void walk_order (int top)
{
  static char const want[] = "a a/b a/b/c a/b< a< d d< e " ;
  char got[200] = "" ;
  struct nc_walk w ;
  enum nc_walk_what what ;
  int dir ;
  must(!mkdirat(top, "order", 0755), "mkdir") ;
  dir = openat(top, "order", O_RDONLY) ;
  must(dir != -1 && !mkdirat(dir, "d", 0755) && !mkdirat(dir, "a", 0755) && !mkdirat(dir, "a/b", 0755), "mkdir") ;
  make(dir, "a/b/c", "") ;
  make(dir, "e", "") ;
  must(!nc_walk_start(&w, dup(dir)), "start") ;
  while ((what = nc_walk_next(&w)) > 0)
  {
    strcat(strcat(got, w.path), what == NC_WALK_LEAVE ? "< " : " ") ;
    if (what == NC_WALK_ENTRY && S_ISDIR(w.st.st_mode)) must(!nc_walk_enter(&w), "enter") ;
  }
  check(what == NC_WALK_END && !strcmp(got, want) && !nc_walk_end(&w, 0), "the order of a walk", got) ;
  /* the directory that it is in goes to another place */
  must(!nc_walk_start(&w, dup(dir)) && nc_walk_next(&w) == NC_WALK_ENTRY && !nc_walk_enter(&w), "start") ;
  must(nc_walk_next(&w) == NC_WALK_ENTRY && !nc_walk_enter(&w) && !renameat(dir, "a/b", top, "b"), "rename") ;
  must(nc_walk_next(&w) == NC_WALK_ENTRY, "next") ;
  check(nc_walk_next(&w) == NC_WALK_ERROR && errno == ESTALE, "a directory that is moved while it is walked", "ESTALE") ;
  nc_walk_end(&w, 0) ;
  /* and one that is swapped for another, or for a link, before it is entered */
  must(!nc_walk_start(&w, dup(dir)) && nc_walk_next(&w) == NC_WALK_ENTRY && !renameat(dir, "a", dir, "z") && !mkdirat(dir, "a", 0755), "swap") ;
  check(nc_walk_enter(&w) == -1 && errno == ESTALE, "a directory that is swapped", "ESTALE") ;
  must(!unlinkat(dir, "a", AT_REMOVEDIR) && !symlinkat("/", dir, "a"), "link") ;
  check(nc_walk_enter(&w) == -1 && (errno == ENOTDIR || errno == ELOOP), "a link in its place", "ENOTDIR") ;
  nc_walk_end(&w, 0) ;
  close(dir) ;
}

static void copies (int top)
{
  char s[5000], t[5000] ;
  struct stat st = { .st_size = 0 } ;
  unsigned int how = 0 ;
  int a = openat(top, "from", O_RDWR | O_CREAT, 0644), b = openat(top, "to", O_RDWR | O_CREAT, 0644) ;
  memset(s, 'x', sizeof(s)) ;
  must(a != -1 && b != -1 && pwrite(a, s, sizeof(s), 1 << 20) == sizeof(s) && !ftruncate(a, 1 << 22), "write") ;
  check(!nc_copy_file(a, b, &how) && !fstat(b, &st) && st.st_size == 1 << 22 && pread(b, t, sizeof(t), 1 << 20) == sizeof(t) && !memcmp(s, t, sizeof(t)),
    "a file with holes", "size and content") ;
  check(st.st_blocks * 512 < 1 << 20, "a file with holes", "they stay") ;
  must(!ftruncate(b, 0) && !ftruncate(a, 0) && pwrite(a, "abc", 3, 0) == 3, "write") ;
  check(!nc_copy_file(a, b, &how) && pread(b, t, sizeof(t), 0) == 3 && !memcmp(t, "abc", 3), "a small file", "abc") ;
  must(!ftruncate(b, 0) && !ftruncate(a, 0), "write") ;
  check(!nc_copy_file(a, b, &how) && !fstat(b, &st) && !st.st_size, "an empty file", "") ;
}

int main (void)
{
  char dir[] = "/tmp/nucleus-tree.XXXXXX" ;
  size_t entries, deepest ;
  int top, last, wstat ;
  pid_t pid ;
  must(!!mkdtemp(dir), "mkdtemp") ;
  top = open(dir, O_RDONLY | O_DIRECTORY) ;
  must(top != -1, "open") ;
  patterns() ;
  walk_order(top) ;
  copies(top) ;
  must(!mkdirat(top, "deep", 0755), "mkdir") ;
  last = openat(top, "deep", O_RDONLY) ;
  must(last != -1, "open") ;
  close(deep(last)) ;
  entries = walked(last, &deepest) ;
  check(entries == DEEP + 1 && deepest == DEEP + 1, "a tree of names of 255 bytes, 1500 deep", "walked with one descriptor") ;
  pid = fork() ;
  if (!pid) { execlp("rm", "rm", "-rf", dir, (char *)0) ; _exit(127) ; }
  must(pid != -1 && waitpid(pid, &wstat, 0) == pid && !wstat, "rm") ;
  printf("1..%u\n", n) ;
  return (int)failed ;
}
