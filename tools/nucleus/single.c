/* ISC license. */

/* main of one executable per tool; the build sets NC_NAME and NC_MAIN */

#include "nc.h"

extern nc_main_func NC_MAIN ;

struct nc_tool const nc_tools[] = { { .name = NC_NAME, .main = &NC_MAIN, .fuses = 0 } } ;
size_t const nc_tools_n = 1 ;

int main (int argc, char const *const *argv, char const *const *envp)
{
  PROG = NC_NAME ;
  if (argc < 1 || !argv[0][0]) strerr_dief(100, "empty argv[0]") ;
  nc_args_init(argc, argv, envp) ;
  return NC_MAIN(argc, argv, envp) ;
}
