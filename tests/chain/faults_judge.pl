# What faults.pl needs to judge a point: the names of system calls, faults.table, and what a run has left.

use strict;
use warnings;

sub slurp { my $f; open($f, '<', $_[0]) or return ''; local $/; my $s = <$f>; $s // '' }

# numbers of system calls, of this architecture
our %name;
{
  my %number;
  for (split /\n/, `echo '#include <asm/unistd.h>' | gcc -E -dM -`) { $number{$1} = $2 if /^#define __NR_(\w+) (\w+)$/ }
  for my $n (keys %number) { my $v = $number{$n}; $v = $number{$1} // '' if $v =~ /^__NR_(\w+)$/; $name{$v} = $n if $v =~ /^\d+$/ }
}

# rows: CALL[:VARIANT] ERRNOS|* PROGRAMS|* skip|same REASON
our @rows;
for (split /\n/, slurp('tests/chain/faults.table')) {
  next if /^#|^\s*$/;
  my ($call, $errno, $program, $what, $why) = split ' ', $_, 5;
  push @rows, { line => scalar @rows, call => $call, errno => $errno, program => $program, what => $what, used => 0, why => $why };
}

sub row { # what call variant errno program
  my ($what, $call, $variant, $errno, $program) = @_;
  for my $r (@rows) {
    next unless $r->{what} eq $what;
    next unless grep { $_ eq '*' || $_ eq $errno } split /,/, $r->{errno};
    next unless grep { $_ eq '*' || $_ eq $program } split /,/, $r->{program};
    next unless grep { $_ eq $call || $_ eq "$call:$variant" } split /,/, $r->{call};
    return $r;
  }
  return;
}

sub normal { # what differs from run to run
  my ($s, $w) = @_;
  $s =~ s/\Q$w\E/\@W@/g;
  $s =~ s/\b[0-9a-f]{32}\b/ID/g;
  $s =~ s/^fd (\d+) \S+/fd $1/mg;
  $s =~ s/\b187[89]\d{6}\b/LEASED/g;
  $s =~ s/ +\d+[smhd] +/ AGE /g;
  $s =~ s/^(box +ID +)\d+/$1N/mg;
  $s =~ s/^keyring.*$//mg;
  $s =~ s/"(\w*(?:pid|ticks|unix_ms|usec|maxrss_kib|faults|age_s))":\d+/"$1":N/g;
  return $s;
}

sub left { # what is left of a container: run directories and leases
  my ($w) = @_;
  return (grep { !m{/\.leases$} } glob "$w/run/*"), (grep { !m{/(lock|\.new)$} } glob "$w/run/.leases/*");
}

sub cleared { # does nc-gc clear it? one that was killed may still hold its lock for a moment
  my ($c, $w) = @_;
  for (1 .. 20) {
    system(@{ $c->{prefix} }, "$ENV{NC_BIN}/nc-gc", '-r', "$w/run");
    return 1 if !left($w);
    select undef, undef, undef, 0.1;
  }
  return 0;
}

sub judge { # case worker point errno -> '' or what is wrong
  my ($c, $w, $l, $e, $code) = @_;
  my $out = slurp("$w/out");
  my $ran = $c->{payload} ? $out ne '' : 0;
  my $same = $code == $c->{code} && normal($out, $w) eq $c->{out};
  return "code $code, and nc-gc leaves: " . join(' ', left($w)) if left($w) && !cleared($c, $w);
  return '' if $l->{phase} eq 'startup' && (!$ran || $same);
  return '' if ($code == 111 || $code == 100) && (!$ran || $l->{phase} eq 'later');
  # a keeper and its child run side by side, so that a point near the fork may lie beyond it: then the keeper says what it does
  return '' if $code == 111 && slurp("$w/err") =~ /keep the container, which ends here|confine the (?:keeper|first process)/;
  return '' if !$ran && $c->{payload} && $l->{call} =~ /^execve/ && ($code == 126 || $code == 127);
  if ($same) {
    my $r = row('same', $l->{call}, $l->{variant}, $e, $l->{program});
    return $r ? "same $r->{line}" : 'it goes on';
  }
  return "code $code" . ($ran ? ', it goes on otherwise' : '') . ': ' . substr(slurp("$w/err"), 0, 200);
}

1;
