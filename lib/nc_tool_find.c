/* ISC license. */

#include <string.h>

#include "nc.h"

struct nc_tool const *nc_tool_find (char const *name)
{
  size_t i = 0 ;
  for (; i < nc_tools_n ; i++) if (!strcmp(name, nc_tools[i].name)) return nc_tools + i ;
  return 0 ;
}
