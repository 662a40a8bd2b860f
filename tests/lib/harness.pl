# Runs the "BUILD FILE" lines of stdin with prove's engine and counts: skips apart, and a file that dies, runs out of time
# or has a wrong plan is a failure of its own.

use strict;
use warnings;
use TAP::Harness;

chomp(my @tests = <STDIN>);
my %skips;
my $harness = TAP::Harness->new({
  exec => sub { [ 'tests/lib/one', split(/ /, $_[1], 2) ] },
  verbosity => -1 + ($ENV{V} // 1),
  failures => 1,
  comments => 1,
  jobs => $ENV{JOBS} // 1,
  color => 0,
});
my ($passed, $failed, $skipped) = (0, 0, 0);
$harness->callback(parser_args => sub { });
$harness->callback(made_parser => sub {
  my $parser = $_[0];
  $parser->callback(test => sub {
    my $t = $_[0];
    push @{ $skips{$t->explanation || 'no feature named'} }, $t->description if $t->has_skip;
  });
});
my $all = @tests ? $harness->runtests(@tests) : undef;
for my $parser ($all ? $all->parsers : ()) {
  my $bad = $parser->failed;
  $failed += $bad;
  $skipped += $parser->skipped;
  $passed += $parser->passed - $parser->skipped - $parser->todo;
  $failed++ if !$bad && $parser->has_problems;
  if ($parser->skip_all) { $skipped++; push @{ $skips{$parser->skip_all} }, 'a whole file' }
}
if (%skips) {
  print "Skipped, by the missing feature:\n";
  printf "  %4d  %s\n", scalar @{ $skips{$_} }, $_ for sort keys %skips;
}
$failed = 1 if !$passed && !$failed && !$skipped;
print "$passed passed, $failed failed, $skipped skipped\n";
exit($failed ? 1 : 0);
