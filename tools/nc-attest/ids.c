/* ISC license. */

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nc.h"
#include "attest.h"

#define IDS_MAX 16384   /* 340 lines of a map */

/* An id that the map leaves out shows as the overflow id, user_namespaces(7). */
static uint32_t ids_seen (char const *map, uint32_t overflow, uint32_t id)
{
  char *end ;
  for (;;)
  {
    unsigned long inside = strtoul(map, &end, 10) ;
    unsigned long outside = strtoul(end, &end, 10) ;
    unsigned long count = strtoul(end, &end, 10) ;
    if (*end != '\n') break ;
    if (id >= outside && id - outside < count) return (uint32_t)(id - outside + inside) ;
    map = end + 1 ;
  }
  return overflow ;
}

static void ids_read (int proc, char const *path, char *out)
{
  ssize_t n = nc_read_at(proc, path, out, IDS_MAX) ;
  if (n == -1) strerr_diefusys(111, "read /proc/", path) ;
}

static uint32_t ids_overflow (int proc, char const *path)
{
  char text[IDS_MAX] ;
  uint32_t id ;
  ids_read(proc, path, text) ;
  text[strcspn(text, "\n")] = 0 ;
  if (!nc_scan_id(text, &id)) strerr_dief(111, "unable to understand /proc/", path) ;
  return id ;
}

/* A manifest has the ids of the host. In a user namespace fewer of them can be told from each other: those that it maps. */
void attest_ids (struct attest *a)
{
  char uids[IDS_MAX], gids[IDS_MAX] ;
  uint32_t uid, gid ;
  size_t i = 0 ;
  int proc = nc_procfs() ;
  if (proc == -1) strerr_diefusys(111, "open /proc") ;
  ids_read(proc, "self/uid_map", uids) ;
  ids_read(proc, "self/gid_map", gids) ;
  uid = ids_overflow(proc, "sys/kernel/overflowuid") ;
  gid = ids_overflow(proc, "sys/kernel/overflowgid") ;
  for (; i < a->pinned.n ; i++)
  {
    a->pinned.v[i].uid = ids_seen(uids, uid, a->pinned.v[i].uid) ;
    a->pinned.v[i].gid = ids_seen(gids, gid, a->pinned.v[i].gid) ;
  }
  if (close(proc) == -1) strerr_diefusys(111, "close /proc") ;
}
