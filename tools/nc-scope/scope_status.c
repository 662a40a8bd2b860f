/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

#include <skalibs/allreadwrite.h>

#include "nc.h"
#include "nc_json.h"
#include "scope.h"

#define STATUS_REST 512

int scope_now (uint64_t *ms)
{
  struct timespec t ;
  /* the call itself: libc's goes through the vDSO, whose first use costs four pages */
  if (syscall(__NR_clock_gettime, CLOCK_REALTIME, &t) == -1) return -1 ;
  *ms = (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000 ;
  return 0 ;
}

static int status_argv (stralloc *sa, struct keeper const *k)
{
  size_t i = 0 ;
  if (!nc_json_put(sa, "[")) return 0 ;
  for (; k->argv[i] ; i++)
    if ((i && !nc_json_put(sa, ",")) || !nc_json_string(sa, k->argv[i], strlen(k->argv[i]))) return 0 ;
  return nc_json_put(sa, "]}\n") ;
}

static int status_text (stralloc *sa, struct keeper const *k)
{
  char cgroup[NC_UNDO_MAX + 1] ;
  if (nc_undo_find(k->s.dir, "cgroup", cgroup, sizeof(cgroup)) == -1) return 0 ;
  if (!nc_json_put(sa, "{") || !nc_json_member_string(sa, "id", k->s.id) || !nc_json_member_string(sa, "name", k->s.name)
   || !nc_json_member_string(sa, "state", k->state)
   || !nc_json_member_u64(sa, "pid", (uint64_t)(k->payload ? k->payload : k->child))
   || !nc_json_member_u64(sa, "start_ticks", k->payload ? k->payloadticks : k->childticks)
   || !nc_json_member_u64(sa, "child_pid", (uint64_t)k->child)
   || !nc_json_member_u64(sa, "child_start_ticks", k->childticks)
   || !nc_json_member_u64(sa, "keeper_pid", (uint64_t)getpid())
   || !nc_json_member_u64(sa, "created_unix_ms", k->created)
   || !nc_json_member_u64(sa, "creator_uid", (uint64_t)geteuid())
   || !nc_json_member_string(sa, "cgroup", cgroup)
   || !nc_json_key(sa, "argv")) return 0 ;
  return status_argv(sa, k) ;
}

/* The file that the next status.json is written to: status_reserve has made the first two. */
static int status_open (struct keeper const *k, int first)
{
  return openat(k->s.dir, first ? "status.tmp" : "status.next", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600) ;
}

static int status_write (struct keeper const *k, stralloc const *sa)
{
  int fd = status_open(k, !k->statuses) ;
  if (fd == -1) return -1 ;
  if (nc_close(fd, allwrite(fd, sa->s, sa->len) < sa->len ? -1 : ftruncate(fd, (off_t)sa->len)) == -1) return -1 ;
  return renameat(k->s.dir, k->statuses ? "status.next" : "status.tmp", k->s.dir, "status.json") ;
}

static int status_reserve (struct keeper const *k, size_t len, int first)
{
  int fd = status_open(k, first) ;
  if (fd == -1) return -1 ;
  return nc_close(fd, fallocate(fd, 0, 0, (off_t)len) == -1 && errno != EOPNOTSUPP ? -1 : 0) ;
}

/* STATUS_REST: keys, numbers, id and name. Without -s it is written once. */
int scope_status_reserve (struct keeper const *k)
{
  stralloc sa = STRALLOC_ZERO ;
  int e ;
  int r = !status_argv(&sa, k) || status_reserve(k, sa.len + NC_UNDO_MAX + STATUS_REST, 1) == -1
   || (k->sock != -1 && status_reserve(k, sa.len + NC_UNDO_MAX + STATUS_REST, 0) == -1) ? -1 : 0 ;
  e = errno ;
  stralloc_free(&sa) ;
  errno = e ;
  return r ;
}

/* Not synced: what a power cut must not lose is in the journal. */
int scope_status (struct keeper *k)
{
  stralloc sa = STRALLOC_ZERO ;
  int e ;
  int r = !status_text(&sa, k) || status_write(k, &sa) == -1 ? -1 : 0 ;
  e = errno ;
  k->statuses++ ;
  stralloc_free(&sa) ;
  errno = e ;
  return r ;
}
