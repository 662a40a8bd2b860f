/* ISC license. */

/* server PORT: listens on the loopback, writes a newline to descriptor 3 once it does, closes it, and answers each connection with
   "served\n". SIGTERM ends it with 0. */

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/socket.h>

static void end (int sig)
{
  (void)sig ;
  _exit(0) ;
}

int main (int argc, char *const *argv)
{
  struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } } ;
  int s = socket(AF_INET, SOCK_STREAM, 0) ;
  if (argc != 2) return 100 ;
  a.sin_port = htons((uint16_t)atoi(argv[1])) ;
  signal(SIGTERM, &end) ;
  if (s == -1 || bind(s, (struct sockaddr *)&a, sizeof(a)) == -1 || listen(s, 9) == -1) return 111 ;
  if (write(3, "\n", 1) == -1) return 111 ;
  close(3) ;
  for (;;)
  {
    int c = accept(s, 0, 0) ;
    if (c == -1) return 111 ;
    if (write(c, "served\n", 7) == -1) return 111 ;
    close(c) ;
  }
}
