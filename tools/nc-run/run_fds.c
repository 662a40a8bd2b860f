/* ISC license. */

/* Descriptors that go on with the line. */

#include <string.h>

#include "nc.h"
#include "run.h"

/* Sockets of a service manager, and what else is handed on. */
void run_fds (struct run_request const *r, struct run_chain *c, char const *option)
{
  size_t i = 0 ;
  for (; i < (size_t)r->listen ; i++) run_add2(c, option, run_num((uint32_t)i + 3)) ;
  for (i = 0 ; i < r->keepfds.n ; i++) run_add2(c, option, r->keepfds.v[i]) ;
}

/* What nc-secrets reads from a descriptor has to come that far. */
void run_secret_fds (struct run_list const *secrets, struct run_chain *c)
{
  size_t i = 0 ;
  for (; i < secrets->n ; i++) if (!strncmp(secrets->v[i], "fd:", 3))
  {
    char *s = run_cat(secrets->v[i] + 3, "", 0, 0) ;
    s[strcspn(s, ":")] = 0 ;
    run_add2(c, "-k", s) ;
  }
}
