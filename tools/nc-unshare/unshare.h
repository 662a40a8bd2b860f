/* ISC license. */

#ifndef NC_UNSHARE_H
#define NC_UNSHARE_H

struct unshare_net
{
  char const *port ;    /* ip_unprivileged_port_start, or 0 */
  char const *ping ;    /* ping_group_range as "low high", or 0 */
} ;

/* Inside the new network namespace: loopback up, then the two settings. Dies with a message. */
extern void unshare_net_setup (struct unshare_net const *net) ;

/* Writes the offsets of the time namespace that children will be in, time_namespaces(7). Dies with a message. */
extern void unshare_time_offsets (char const *boot, char const *mono) ;

#endif
