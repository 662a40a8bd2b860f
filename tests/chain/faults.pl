# The engine of faults.t: faults.pl SCRATCH INJECT PROBE. Each call of each process of each line of faults.cases, failed once; TAP,
# one test a line. SCRATCH has a directory for each of two workers. Environment: NC_BIN, NC_BUILD, NC_FEATURES, NC_CGROUP, NC_FAULTS.

use strict;
use warnings;
use POSIX ();
require './tests/chain/faults_judge.pl';

our (%name, @rows);
my ($scratch, $inject, $probe) = @ARGV;
my $bin = $ENV{NC_BIN};
my $full = ($ENV{NC_FAULTS} // '') eq 'full';
my $jobs = 2;
my %errnos = (EPERM => 1, EINTR => 4, ENOMEM => 12, ENOSPC => 28, ENOSYS => 38);
my @errnos = sort keys %errnos;

# Runs a line: its code, and what it said
sub run { # dir user setup-word... ; command
  my ($w, @line) = @_;
  my $pid = fork // die "fork: $!";
  if (!$pid) {
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', "$w/out";
    open STDERR, '>', "$w/err";
    %ENV = (PATH => "$bin:/usr/sbin:/usr/bin:/sbin:/bin", TERM => 'dumb', KEPT => 'kept');
    chdir $w or exit 125;
    exec @line or POSIX::_exit(125);
  }
  waitpid $pid, 0;
  return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

sub line_of { # case worker-dir
  my ($c, $w) = @_;
  my @l = split ' ', $c->{line};
  my ($name) = $w =~ m{([^/]+)$};
  my ($dir) = $probe =~ m{(.*)/};
  for (@l) { s/\@W@/$w/g; s/\@D@/$dir/g; s/\@B@/$bin/g; s{\@C@}{$ENV{NC_CGROUP}/$name}g }
  return map { $_ eq '@P@' ? $probe : $_ } @l;
}

sub prepare { # case worker-dir
  my ($c, $w) = @_;
  system('sh', "$w/prepare") == 0 or die 'prepare' if $c->{stale};
}

sub command { my ($c, $w, @options) = @_; return ($inject, '-x', 'probe', '-t', $c->{stays} ? 2 : 20, @options, @{ $c->{prefix} }, line_of($c, $w)) }

# the list of a case: points, each process, ordinal, call, variant, program, phase
sub points {
  my ($c, $w) = @_;
  prepare($c, $w);
  $c->{code} = run($w, command($c, $w, '-l', "$w/calls"));
  $c->{out} = normal(slurp("$w/out"), $w);
  my (%calls, @points);
  for (split /\n/, slurp("$w/calls")) {
    my ($p, $n, $comm, $nr, $variant) = split ' ';
    push @{ $calls{$p} }, { p => $p, n => $n, program => $comm, call => $name{$nr} // $nr, variant => $variant };
  }
  for my $p (sort { $a <=> $b } keys %calls) {
    my @l = @{ $calls{$p} };
    my ($startup, $fork) = (0, -1);
    for my $i (0 .. $#l) { $fork = $i if $l[$i]{call} =~ /^(clone3?|v?fork)$/ }
    # the one that ends in the payload's exec is no keeper
    $fork = @l if $l[-1]{call} =~ /^execve/ || $fork == -1;
    for my $i (0 .. $#l) {
      my $l = $l[$i];
      $startup = start_calls($l->{program}) if $l->{program} =~ /^nc-|^nucleus$/ && ($i ? $l[$i-1]{call} =~ /^execve/ && $l->{call} =~ /^(arch_prctl|brk|set_tid_address)$/ : $p == 0);
      $l->{phase} = $startup > 0 ? 'startup' : $i > $fork ? 'later' : 'main';
      $startup--;
      push @points, $l if $l->{program} =~ /^nc-|^nucleus$|^new[ug]idmap$/;
    }
  }
  return @points;
}

# how many calls come before main: those before a usage message
my %start;
sub start_calls {
  my ($program) = @_;
  return $start{$program} if defined $start{$program};
  run($scratch, $inject, '-l', "$scratch/start", "$bin/$program");
  my @l = split /\n/, slurp("$scratch/start");
  my $n = 0;
  $n++ while $n < @l && ($name{(split ' ', $l[$n])[3]} // '') ne 'write';
  return $start{$program} = $n;
}

sub point { # case worker point errno -> result line
  my ($c, $w, $l, $e) = @_;
  prepare($c, $w);
  unlink "$w/hit";
  my $code = run($w, command($c, $w, '-p', $l->{p}, '-n', $l->{n}, '-e', $errnos{$e}, '-o', "$w/hit"));
  my ($nr, $variant) = split ' ', slurp("$w/hit");
  return 'missed' unless defined $nr;
  my %l = (%$l, call => $name{$nr} // $nr, variant => $variant);
  return 'missed' if row('skip', $l{call}, $l{variant}, $e, $l{program});
  my $bad = judge($c, $w, \%l, $e, $code);
  return $bad if $bad =~ /^same /;
  return $bad eq '' ? 'ok' : "bad process $l->{p} call $l->{n} $l->{program} $l{call}:$variant $e ($l->{phase}): " . $bad =~ s/\n/ /gr;
}

sub todo { # the points of a case with their errnos
  my ($c, @points) = @_;
  my ($i, @todo) = (0);
  for my $l (@points) {
    my @e = grep { !row('skip', $l->{call}, $l->{variant}, $_, $l->{program}) } @errnos;
    next unless @e && (!$c->{stays} || $l->{phase} eq 'later');
    @e = ($e[$i++ % @e]) if $c->{sample} && !$full;
    push @todo, [ $l, $_ ] for @e;
  }
  return @todo;
}

my ($setpriv) = grep { -x } map { "$_/setpriv" } split /:/, $ENV{PATH};
my ($t, $total, $failed) = (0, 0, 0);
my %features = map { $_ => 1 } split ' ', $ENV{NC_FEATURES};
for (split /\n/, slurp('tests/chain/faults.cases')) {
  next if /^#|^\s*$/;
  my ($title, $flags, $feature, $line) = split /\s*;\s*/, $_, 4;
  my %f = map { $_ => 1 } split ' ', $flags;
  next if $ENV{NC_FAULTS_ONLY} && $title !~ /$ENV{NC_FAULTS_ONLY}/;
  next if ($ENV{NC_BUILD} // 'fused') eq 'split' && !$f{split};
  my %c = (%f, line => $line, payload => !$f{command}, prefix => [ $f{user} ? ($setpriv, qw(--reuid=1000 --regid=1000 --clear-groups)) : () ]);
  my @w = map { "$scratch/" . ($f{user} ? 'user' : 'root') . $_ } 1 .. $jobs;
  $t++;
  if (!$features{$feature}) { print "ok $t - $title # SKIP $feature\n"; next }
  my @points = points(\%c, $w[0]);
  if ($c{code} != ($f{stays} ? 124 : 0)) {
    print "not ok $t - $title: the line as it is\n# code $c{code}: ", slurp("$w[0]/err"), "\n";
    $failed++;
    next;
  }
  my @todo = todo(\%c, @points);
  my @fh;
  for my $k (0 .. $jobs - 1) {
    my $pid = open($fh[$k], '-|') // die "fork: $!";
    next if $pid;
    $| = 1;
    for (my $i = $k; $i < @todo; $i += $jobs) { print point(\%c, $w[$k], @{ $todo[$i] }), "\n" }
    POSIX::_exit(0);
  }
  my ($n, $missed, @bad) = (0, 0);
  for my $fh (@fh) {
    while (<$fh>) {
      if (/^missed/) { $missed++ } elsif (/^bad (.*)/) { push @bad, $1 } elsif (/^same (.*)/) { $rows[$1]{used}++ }
      $n++ if /^(ok|same|bad)/;
    }
    close $fh;
  }
  $total += $n;
  $failed++ if @bad;
  print @bad ? 'not ok' : 'ok', " $t - $title: $n points", $missed ? ", $missed not reached" : '', "\n";
  print "# $_\n" for @bad;
}
printf "# went on as if nothing had been, %d: %s %s %s: %s\n", @$_{qw(used call errno program why)} for grep { $_->{used} } @rows;
if (($ENV{NC_BUILD} // 'fused') eq 'fused' && !$ENV{NC_FAULTS_ONLY}) {
  $t++;
  $failed++ if $total < 2000;
  print $total < 2000 ? 'not ok' : 'ok', " $t - at least 2000 points: $total\n";
}
print "# points: $total\n1..$t\n";
exit($failed ? 1 : 0);
