/* ISC license. */

/* The smallest program: nothing --stay waits for a signal, for the measure of the keepers. */

#include <unistd.h>

int main (int argc, char **argv)
{
  (void)argv ;
  if (argc > 1) pause() ;
  return 0 ;
}
