/* ISC license. */

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "landlock.h"
#include "nc.h"

static int landlock_compare (void const *a, void const *b)
{
  return strcmp(*(char *const *)a, *(char *const *)b) ;
}

static int landlock_path_compare (void const *a, void const *b)
{
  return strcmp(((struct trace_path const *)a)->path, ((struct trace_path const *)b)->path) ;
}

static int landlock_in (struct names const *l, char const *s)
{
  return l->n && bsearch(&s, l->s, l->n, sizeof(*l->s), &landlock_compare) ;
}

/* One entry a path, with all its uses. */
static void landlock_join (struct trace *t)
{
  size_t i = 0, n = 0 ;
  if (t->pathn) qsort(t->paths, t->pathn, sizeof(*t->paths), &landlock_path_compare) ;
  for (; i < t->pathn ; i++)
  {
    if (n && !strcmp(t->paths[n-1].path, t->paths[i].path))
    {
      t->paths[n-1].use |= t->paths[i].use ;
      free(t->paths[i].path) ;
    }
    else t->paths[n++] = t->paths[i] ;
  }
  t->pathn = n ;
}

/* The entry itself, its directory resolved: what is made, removed or renamed is not followed. */
static void landlock_entry (char const *path, char *s, size_t max)
{
  char dir[4 * PATH_MAX + 1] ;
  size_t n = strlen(path), w ;
  if (n >= sizeof(dir)) strerr_dief(100, "a path of the trace is too long") ;
  while (n > 1 && path[n-1] == '/') n-- ;
  for (w = n ; w && path[w-1] != '/' ; w--) ;
  memcpy(dir, path, w) ;
  dir[w] = 0 ;
  profile_canonical(dir, s, max) ;
  if (strlen(s) + (n - w) + 2 > max) strerr_dief(100, "a path of the trace is too long") ;
  if (strcmp(s, "/")) strcat(s, "/") ;
  strncat(s, path + w, n - w) ;
}

/* A directory that the program makes is not there when it starts, nor what is in it: the first above that is. */
static void landlock_lift (struct landlock const *l, char *dir)
{
  char up[PATH_MAX] ;
  struct stat st ;
  strcpy(up, dir) ;
  for (;;)
  {
    if (landlock_in(&l->made, up)) strcpy(dir, up) ;
    if (!up[1]) break ;
    profile_parent(up) ;
  }
  while (dir[1])
  {
    int r = stat(dir, &st) ;
    if (r == -1) profile_absent(dir) ;
    if (!landlock_in(&l->made, dir) && !r && S_ISDIR(st.st_mode)) break ;
    profile_parent(dir) ;
  }
}

/* The entries of those paths that have the use. */
static void landlock_names (struct names *l, struct trace const *t, unsigned int use)
{
  size_t i = 0 ;
  l->s = malloc((t->pathn + 1) * sizeof(*l->s)) ;
  if (!l->s) strerr_diefusys(111, "allocate memory") ;
  for (; i < t->pathn ; i++)
  {
    char s[PATH_MAX] ;
    if (!(t->paths[i].use & use)) continue ;
    landlock_entry(t->paths[i].path, s, sizeof(s)) ;
    l->s[l->n] = strdup(s) ;
    if (!l->s[l->n++]) strerr_diefusys(111, "allocate memory") ;
  }
  if (l->n) qsort(l->s, l->n, sizeof(*l->s), &landlock_compare) ;
}

static void landlock_names_free (struct names *l)
{
  size_t i = 0 ;
  for (; i < l->n ; i++) free(l->s[i]) ;
  free(l->s) ;
}

/* The kernel opens what it executes for reading as well. */
static unsigned int landlock_access (unsigned int use)
{
  unsigned int access = 0 ;
  if (use & (USE_READ | USE_EXECUTE)) access |= ACCESS_READ ;
  if (use & (USE_WRITE | USE_MAKE)) access |= ACCESS_WRITE ;
  if (use & USE_EXECUTE) access |= ACCESS_EXECUTE ;
  return access ;
}

/* What is made, or below what is made: on the directory. */
static void landlock_there (struct landlock *l, char const *path, unsigned int access)
{
  char dir[PATH_MAX] ;
  landlock_entry(path, dir, sizeof(dir)) ;
  if (dir[1]) profile_parent(dir) ;
  landlock_lift(l, dir) ;
  places_add(&l->out, access, dir) ;
}

/* s: what the path leads to, which is there */
static void landlock_file (struct landlock *l, char const *s, unsigned int access)
{
  char dir[PATH_MAX], lifted[PATH_MAX] ;
  strcpy(dir, s) ;
  profile_parent(dir) ;
  strcpy(lifted, dir) ;
  landlock_lift(l, lifted) ;
  if (access & ACCESS_EXECUTE) profile_interpreters(&l->files, s, 0) ;
  if (strcmp(lifted, dir) || access & ACCESS_WRITE || landlock_in(&l->entries, s)) places_add(&l->out, access, lifted) ;
  else places_add(&l->files, access, s) ;
}

static void landlock_one (struct landlock *l, struct trace_path const *p)
{
  unsigned int access = landlock_access(p->use) ;
  struct stat st ;
  char s[PATH_MAX], lifted[PATH_MAX] ;
  int there ;
  /* procfs is made anew for every process */
  if (places_below(p->path, "/proc")) { places_add(&l->out, access & ~ACCESS_EXECUTE, "/proc") ; return ; }
  profile_canonical(p->path, s, sizeof(s)) ;
  there = stat(s, &st) == 0 ;
  if (!there) profile_absent(s) ;
  if (there && (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) && !places_below(s, "/dev/pts")) { places_add(&l->out, access, s) ; return ; }
  if (p->use & USE_MAKE || landlock_in(&l->entries, s)) landlock_there(l, p->path, access) ;
  if (!there) return ;
  if (!S_ISDIR(st.st_mode)) { landlock_file(l, s, access) ; return ; }
  strcpy(lifted, s) ;
  landlock_lift(l, lifted) ;
  if (strcmp(lifted, s)) places_add(&l->out, access, lifted) ;
  else places_add(&l->out, access & ACCESS_READ ? ACCESS_READDIR : 0, s) ;
}

void profile_landlock (struct trace *t, stralloc *sa)
{
  struct landlock l = { .made = { .n = 0 } } ;
  size_t i = 0 ;
  landlock_join(t) ;
  landlock_names(&l.made, t, USE_DIR) ;
  landlock_names(&l.entries, t, USE_MAKE) ;
  for (; i < t->pathn ; i++) landlock_one(&l, t->paths + i) ;
  landlock_files(&l) ;
  landlock_toml(&l, sa) ;
  for (i = 0 ; i < l.out.n ; i++) free(l.out.p[i].path) ;
  for (i = 0 ; i < l.files.n ; i++) free(l.files.p[i].path) ;
  landlock_names_free(&l.made) ;
  landlock_names_free(&l.entries) ;
  free(l.out.p) ;
  free(l.files.p) ;
}
