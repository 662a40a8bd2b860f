#!/usr/bin/perl
# The kill matrix of one chain: kills.pl MODES STRIDE cmd...
#
# It lists the system calls of each process of cmd, runs cmd once more for every STRIDE-th of them and kills there:
#
#   one   that process; the others end as they do
#   all   every process there is
#   now   that process, and nothing is waited for: the others die, or live on, while the rest is cleared
#
# Then nc-gc clears, or after every second point the next start of the name does, and what there is of processes, mounts,
# links, cgroups, leases and run directories has to be what there was before. Processes alone are waited for: the kernel
# takes its time to end what it has killed. The first process of a pid namespace of its own, so that each process is ours.
#
#   RUN        the run directory; the name is "k"
#   CGROUP     the cgroup below which all are ours, or empty
#   PREPARE    shell words that come before every start; AS before what clears
#
# The last line is "POINTS WAITED"; a line before it that starts with "bad" is a point that left something.

use strict;
use warnings;
use POSIX ':sys_wait_h';

my ($modes, $stride, @cmd) = @ARGV;
my ($run, $cgroup, $prepare, $as) = map { $ENV{$_} // '' } qw(RUN CGROUP PREPARE AS);
my ($list, $hit, $err, $late) = map { "$ENV{TAP_TMP}/kills.$_" } qw(list hit err late);
my @inject = ("$ENV{TOP}/build/tests/inject", '-t', 20, '-x', 'setpriv');
my @gc = (split(' ', $as), "$ENV{NC_BIN}/nc-gc", '-r', $run);
my @next = (split(' ', $as), "$ENV{NC_BIN}/nc-scope", '-r', $run, '-n', 'k', '/bin/true');

sub slurp { my ($f) = @_; open my $h, '<', $f or return ''; local $/; return scalar(<$h>) // '' }

sub run # its exit code
{
  my ($said, @words) = @_;
  my $pid = fork // die "fork: $!\n";
  if (!$pid)
  {
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', $said;
    exec { $words[0] } @words or POSIX::_exit(127);
  }
  waitpid $pid, 0;
  return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

sub tree { my ($d) = @_; return map { ("$_\n", -d $_ && !-l $_ ? tree($_) : ()) } sort grep { !/\/\.leases\/lock$/ } glob "$d/{.??,}*" }

sub groups { my ($d) = @_; opendir my $h, $d or return (); my @l = map { "$d/$_" } grep { !/^\./ && -d "$d/$_" } sort readdir $h; return map { ("$_\n", groups($_)) } @l }

sub processes
{
  1 while waitpid(-1, WNOHANG) > 0;
  opendir my $h, '/proc' or die "/proc: $!\n";
  return join '', map { slurp("/proc/$_/stat") } sort { $a <=> $b } grep { /^\d+$/ && $_ != $$ } readdir $h;
}

sub others
{
  my $links = slurp('/proc/self/net/dev');
  return join '', 'mounts ', slurp('/proc/self/mountinfo'), 'links ', $links =~ /^ *(\S+):/mg,
    "\nrun ", tree($run), 'cgroups ', $cgroup ? groups($cgroup) : ();
}

sub bad { my ($point, $why) = @_; $why =~ s/\n(?=.)/\n  /g; print "bad $point: $why\n" }

# nothing printed, nothing failed, nothing left: at once but for processes
my $waited = 0;
my $before;
sub clear
{
  my ($point, $victim, $keeper, @by) = @_;
  for my $try (0 .. 400)
  {
    # a keeper that was not killed clears by itself, and has the name until then; so has one that is not dead yet
    my $lives = $keeper || $victim && slurp("/proc/$victim/stat") =~ /\) [^ZX]/;
    my $code = run($err, @by);
    my $said = slurp($err);
    my $left = others();
    my $clear = !$code && $said eq '' && $left eq $before;
    return bad($point, "exit $code $said".diff($left)) if !$clear && !$lives;
    for my $wait ($clear ? 0 .. 1000 : ())
    {
      my $p = processes();
      return others() eq $before ? 0 : bad($point, 'it came back: '.diff(others())) if $p eq '';
      $waited++ if !$wait;
      return bad($point, "processes stay: $p") if $wait == 1000;
      select undef, undef, undef, 0.002;
    }
    select undef, undef, undef, 0.005;
  }
  bad($point, 'the keeper does not clear: '.slurp($err).diff(others()));
}

sub diff
{
  my ($left) = @_;
  my %had = map { $_ => 1 } split /\n/, $before;
  return join "\n", grep { !$had{$_} } split /\n/, $left;
}

$SIG{TERM} = sub { exit 143 };
run($late, '/bin/sh', '-c', $prepare) if $prepare;
run($late, @cmd);
run($err, @gc);
run($err, @next);
$before = others();
die "processes stay: ".processes() if processes();
run($late, '/bin/sh', '-c', $prepare) if $prepare;
my $code = run($err, @inject, '-l', $list, @cmd);
die "without a kill: exit $code: ".slurp($err)."\n" if $code;
my @points = map { [ split ' ' ] } split /\n/, slurp($list);
clear('none', 0, 0, @gc);
my ($n, $i) = (0, 0);
for my $mode (split ',', $modes)
{
  my %how = (one => ['-k'], all => ['-K'], now => ['-k', '-d']);
  for my $p (grep { $i++ % $stride == 0 } @points)
  {
    my ($process, $ordinal, $program, $nr) = @$p;
    run($late, '/bin/sh', '-c', $prepare) if $prepare;
    run($late, @inject, @{$how{$mode}}, '-p', $process, '-n', $ordinal, '-o', $hit, @cmd);
    my (undef, undef, $victim) = split ' ', slurp($hit);
    $n++ if -s $hit;
    clear("$mode, process $process ($program), call $ordinal, number $nr", $victim, $victim && $process, $n % 2 ? @gc : @next);
  }
}
print "$n $waited\n";
