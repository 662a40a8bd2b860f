/* ISC license. */

/* The static build's close(2): musl's says that it has closed where the kernel answers EINTR. Linux has, but a step that was asked
   for nothing less than the truth ends there as at any other error. */

#include <unistd.h>
#include <sys/syscall.h>

int close (int fd)
{
  return (int)syscall(SYS_close, fd) ;
}
