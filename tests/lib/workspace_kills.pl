# The kill matrix of a workspace: workspace_kills.pl DIR STRIDE HOW LINE...
#
# DIR has fixture/ (the workspace as it is at first), expected/ (as it is to be in the end) and becomes the place of src/, state/ and
# run/. HOW: -k or -K of inject.c. LINE runs with DIR as its working directory; it is killed before every STRIDE-th system call of its
# own processes. Then each file of src has to be as in fixture or as in expected, and after the same line once more, without a kill, as
# in expected; nothing of ours stays beside them. With GC=1 nc-gc goes before, and src has to be as in fixture after it; with
# PLACED=1 placeholders may be there until then. The last line is "POINTS SEEN", how many of them had left the workspace between the two.

use strict;
use warnings;

my ($d, $stride, $how, @line) = @ARGV;
my $inject = "$ENV{TOP}/build/tests/inject";
my ($gc, $placed) = @ENV{qw(GC PLACED)};
chdir $d or die "$d: $!\n";

sub slurp { my ($f) = @_; open my $h, '<', $f or return ''; local $/; return scalar(<$h>) // '' }

sub run {
  my @words = @_;
  my $pid = fork // die "fork: $!\n";
  if (!$pid) {
    open STDIN, '<', '/dev/null';
    open STDOUT, '>', '/dev/null';
    open STDERR, '>', 'said';
    exec { $words[0] } @words or exit 127;
  }
  waitpid $pid, 0;
  return $? & 127 ? 128 + ($? & 127) : $? >> 8;
}

# path => what is there; the mode of what is no link
sub tree {
  my ($top, $at, $t) = @_;
  opendir my $h, "$top$at" or return $t;
  for my $n (sort grep { !/^\.\.?$/ } readdir $h) {
    my $p = "$at/$n";
    my $f = "$top$p";
    my $mode = sprintf '%o', (lstat $f)[2];
    $t->{$p} = -l $f ? 'link ' . readlink $f : -d $f ? "dir $mode" : -f $f ? "file $mode " . slurp($f) : "special $mode";
    tree($top, $p, $t) if -d $f && !-l $f;
  }
  return $t;
}

sub fresh { system('rm -rf src state run left; cp -a fixture src; mkdir -m 700 run') == 0 or die "fresh\n" }

sub differ {
  my ($a, $b) = @_;
  my %all = (%$a, %$b);
  return grep { ($a->{$_} // '') ne ($b->{$_} // '') } sort keys %all;
}

my ($old, $new) = (tree('fixture', '', {}), tree('expected', '', {}));
fresh();
my $code = run(@line);
die "without a kill: $code " . slurp('said') if $code;
die "without a kill it is not as expected: " . join(' ', differ(tree('src', '', {}), $new)) . "\n" if differ(tree('src', '', {}), $new);
fresh();
run($inject, '-l', 'calls', '-t', 30, @line);
my @points = map { [ split ' ' ] } grep { /^[0-3] \d+ (?:nc-|nucleus)/ } split /\n/, slurp('calls');
my ($n, $between, $i) = (0, 0, 0);

sub bad { my ($p, $why) = @_; $why =~ s/\n/ /g; print "bad process $p->[0], call $p->[1], number $p->[3]: $why\n" }

sub now { # between the two: a file is never half
  my ($p) = @_;
  my $t = tree('src', '', {});
  $between++ if differ($t, $old) && differ($t, $new);
  for (differ($t, $old)) {
    next if m{/\.nc-(?:workspace|placeholder)\.[^/]*$};
    my ($is, $was, $will) = ($t->{$_} // '', $old->{$_} // '', $new->{$_} // '');
    next if $is eq $will || $placed;
    # a file that a directory takes the place of, or the reverse, is away for a moment; a directory gets its mode last
    next if $is eq '' && $was =~ /^dir/ != $will =~ /^dir/;
    next if $is =~ /^dir/ && "$was$will" =~ /^dir|dir/;
    bad($p, "$_ is neither old nor new: $is");
  }
}

for my $p (grep { $i++ % $stride == 0 } @points) {
  fresh();
  run($inject, $how, '-t', 30, '-p', $p->[0], '-n', $p->[1], '-o', 'hit', @line);
  next unless -s 'hit';
  $n++;
  now($p);
  if ($gc) {
    my $c = 0;
    # one that is killed may hold its lock for a moment
    for (1 .. 100) { $c = run("$ENV{NC_BIN}/nc-gc", '-r', 'run'); last if !$c && !differ(tree('src', '', {}), $old); select undef, undef, undef, 0.02 }
    bad($p, 'nc-gc leaves ' . join ' ', differ(tree('src', '', {}), $old)) if differ(tree('src', '', {}), $old);
  }
  $code = run(@line);
  bad($p, "the rerun: $code " . slurp('said')) if $code;
  my @d = differ(tree('src', '', {}), $new);
  bad($p, 'after the rerun: ' . join ' ', map { "$_ (" . (tree('src', '', {})->{$_} // 'absent') . ')' } @d) if @d;
  my @s = grep { !m{^state/(?:lock|changes|left\.\d+)$} } glob 'state/{.gone,*}';
  @s = grep { -e } @s;
  bad($p, "the state directory has @s") if @s;
}
print "$n $between\n";
