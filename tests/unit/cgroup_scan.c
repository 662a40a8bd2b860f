/* ISC license. */
/* link: tools/nc-cgroup/cgroup_scan.c tools/nc-cgroup/cgroup_same.c */

#include <stdio.h>
#include <string.h>

#include "../../tools/nc-cgroup/cgroup.h"

static unsigned int n, failed ;

static void check (int good, char const *what, char const *word)
{
  n++ ;
  if (!good) failed = 1 ;
  printf("%sok %u - %s \"%s\"\n", good ? "" : "not ", n, what, word) ;
}

static void gives (int (*scan) (char const *, char *), char const *word, char const *want)
{
  char out[CGROUP_TEXT] = "" ;
  int r = (*scan)(word, out) ;
  check(want ? r && !strcmp(out, want) : !r, want ? want : "refused", word) ;
}

static void same (int expected, char const *file, char const *got, char const *want)
{
  check(cgroup_same(file, got, want) == expected, expected ? "is what was written" : "is not what was written", want) ;
}

int main (void)
{
  static char const *const cores[][2] =
  {
    { "1", "100000 100000" }, { "1.5", "150000 100000" }, { "0.01", "1000 100000" }, { "0.1", "10000 100000" }, { "2.00", "200000 100000" },
    { "0.12345", "12345 100000" }, { "0.29", "29000 100000" }, { "1.00001", "100001 100000" }, { "64.99999", "6499999 100000" },
    { "100000000", "10000000000000 100000" }, { "max", "max 100000" }, { "100000001", 0 }, { "0.00999", 0 }, { "0.123456", 0 }, { "0", 0 },
    { "", 0 }, { ".", 0 }, { "1.", 0 }, { ".5", 0 }, { "-1", 0 }, { "+1", 0 }, { " 1", 0 }, { "1 ", 0 }, { "1e3", 0 }, { "0x1", 0 }, { "1.5.5", 0 },
    { "18446744073709551616", 0 }, { "1.\xff", 0 }
  } ;
  static char const *const io[][2] =
  {
    { "8:0 rbps=1M", "8:0 rbps=1048576" }, { "8:16 wiops=5 rbps=2", "8:16 rbps=2 wiops=5" }, { "0:0 riops=max", "0:0 riops=max" },
    { "4294967295:4294967295 rbps=18446744073709551615 wbps=18446744073709551615 riops=18446744073709551615 wiops=18446744073709551615",
      "4294967295:4294967295 rbps=18446744073709551615 wbps=18446744073709551615 riops=18446744073709551615 wiops=18446744073709551615" },
    { "4294967296:0 rbps=1", 0 }, { "8:0", 0 }, { "8:0 ", 0 }, { "8 rbps=1", 0 }, { "8: rbps=1", 0 }, { ":0 rbps=1", 0 }, { "8:0 =1", 0 },
    { "8:0 rbps", 0 }, { "8:0 rbps=", 0 }, { "8:0 rbps=0", 0 }, { "8:0 rbps=0K", 0 }, { "8:0 rbps=1 rbps=1", 0 }, { "8:0  rbps=1", 0 },
    { "8:0 rbps=1 ", 0 }, { "8:0 rbpss=1", 0 }, { "8:0 rbp=1", 0 }, { "8:0 RBPS=1", 0 }, { "8:0\trbps=1", 0 }, { "8:0 rbps=1\n", 0 },
    { "8:0 rbps=111111111111111111111111111111", 0 }, { "", 0 }
  } ;
  char out[CGROUP_TEXT] ;
  size_t i ;
  for (i = 0 ; i < sizeof(cores) / sizeof(cores[0]) ; i++) gives(&cgroup_scan_cores, cores[i][0], cores[i][1]) ;
  for (i = 0 ; i < sizeof(io) / sizeof(io[0]) ; i++) gives(&cgroup_scan_io, io[i][0], io[i][1]) ;
  gives(&cgroup_scan_weight, "1", "1") ;
  gives(&cgroup_scan_weight, "10000", "10000") ;
  gives(&cgroup_scan_weight, "10001", 0) ;
  gives(&cgroup_scan_weight, "0", 0) ;
  check(cgroup_scan_limit("4194304", 0, out) && !strcmp(out, "4194304"), "pids", "4194304") ;
  check(!cgroup_scan_limit("4194305", 0, out), "no such number of processes", "4194305") ;
  check(cgroup_scan_limit("1T", 1, out) && !strcmp(out, "1099511627776"), "size", "1T") ;
  check(cgroup_scan_file("memory.max=1") == 10, "file", "memory.max=1") ;
  check(cgroup_scan_file("hugetlb.2MB.max=1") == 15, "file", "hugetlb.2MB.max=1") ;
  check(!cgroup_scan_file("memory/max=1") && !cgroup_scan_file("..=1") && !cgroup_scan_file("x.=") && !cgroup_scan_file(""), "no file", "") ;

  same(1, "pids.max", "5\n", "5") ;
  same(0, "pids.max", "50\n", "5") ;
  same(0, "pids.max", "", "5") ;
  same(0, "pids.max", "max\n", "5") ;
  same(1, "memory.max", "1048576\n", "1048577") ;
  same(1, "memory.max", "1048576\n", "1M") ;
  same(0, "memory.max", "2097152\n", "1M") ;
  same(0, "pids.max", "1024\n", "1K") ;
  same(1, "cpu.max", "5000 100000\n", "5000") ;
  same(1, "cpu.max", "100000 100000\n", "100000 100000") ;
  same(0, "cpu.max", "100000 50000\n", "100000 100000") ;
  same(1, "io.max", "7:0 rbps=max wbps=max riops=max wiops=9\n8:0 rbps=5 wbps=max riops=max wiops=max\n", "8:0 rbps=5") ;
  same(0, "io.max", "7:0 rbps=5 wbps=max riops=max wiops=max\n", "8:0 rbps=5") ;
  same(0, "io.max", "8:0 rbps=50 wbps=max riops=max wiops=max\n", "8:0 rbps=5") ;
  same(1, "io.max", "", "8:0 rbps=max wiops=max") ;
  same(0, "io.max", "8:0 rbps=5 wbps=max riops=max wiops=max\n", "8:0 rbps=max") ;
  same(1, "cpuset.cpus.partition", "root\n", "root") ;
  same(0, "cpuset.cpus.partition", "root invalid (Parent is not a partition root)\n", "root") ;
  same(1, "rdma.max", "mlx4_0 hca_handle=2 hca_object=max\n", "mlx4_0 hca_handle=2") ;
  same(1, "io.weight", "default 200\n8:0 50\n", "default 200") ;
  printf("1..%u\n", n) ;
  return (int)failed ;
}
