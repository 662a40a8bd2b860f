/* ISC license. */

#include <stdio.h>

#include "policy.h"

static void show_paths (struct policy const *p, stralloc *sa)
{
  size_t i = 0 ;
  policy_show_put(sa, "Files; nothing else can be opened:\n") ;
  for (; i < p->landlock.pathn ; i++)
  {
    unsigned int access = p->landlock.paths[i].access ;
    policy_show_put(sa, "    ") ;
    policy_show_put(sa, p->landlock.paths[i].node->string) ;
    policy_show_put(sa, ":") ;
    if (access & LANDLOCK_READ) policy_show_put(sa, " read, list,") ;
    else if (access & LANDLOCK_READDIR) policy_show_put(sa, " list,") ;
    if (access & LANDLOCK_WRITE) policy_show_put(sa, " write, create, remove, rename,") ;
    if (access & LANDLOCK_EXECUTE) policy_show_put(sa, " execute,") ;
    sa->len-- ;
    policy_show_put(sa, "\n") ;
  }
}

static void show_ports (struct policy const *p, int bind, stralloc *sa)
{
  size_t i = 0, n = 0 ;
  policy_show_put(sa, bind ? "TCP ports it may listen on:" : "TCP ports it may connect to:") ;
  for (; i < p->landlock.portn ; i++)
  {
    char s[16] ;
    if (p->landlock.ports[i].bind != bind) continue ;
    snprintf(s, sizeof(s), " %u", p->landlock.ports[i].port) ;
    policy_show_put(sa, s) ;
    n++ ;
  }
  policy_show_put(sa, n ? "\n" : " none\n") ;
}

void policy_show_landlock (struct policy const *p, stralloc *sa)
{
  struct policy_landlock const *l = &p->landlock ;
  char s[96] ;
  show_paths(p, sa) ;
  if (l->tcp)
  {
    show_ports(p, 0, sa) ;
    show_ports(p, 1, sa) ;
  }
  else policy_show_put(sa, "TCP ports: not restricted\n") ;
  policy_show_put(sa, l->abstract ? "Abstract sockets: not restricted\n" : "Abstract sockets: its own only\n") ;
  policy_show_put(sa, l->signals ? "Signals: not restricted\n" : "Signals: to its own processes only\n") ;
  if (l->abi)
  {
    snprintf(s, sizeof(s), "Refused by kernels with a Landlock ABI below %u\n", l->abi) ;
    policy_show_put(sa, s) ;
  }
  policy_show_put(sa, l->besteffort ? "What the kernel lacks is not enforced\n" : "Refused where the kernel lacks any of this\n") ;
  if (l->quiet) policy_show_put(sa, "Denials are not logged\n") ;
}
