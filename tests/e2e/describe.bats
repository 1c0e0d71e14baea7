load helper

@test "verdict --describe: a table of curves behind the verdict, which it does not change" {
  "$ONSET" verdict --example >s.csv
  "$ONSET" verdict s.csv --json >plain
  "$ONSET" verdict s.csv --describe --json >told
  cmp plain <(sed 's/,"curves":{.*\]}//' told)
  grep -q '"curves":{"note":"descriptions, not decisions"' told
  grep -q '"curve":"gompertz","parameters":2,' told
  grep -q '"descriptive":{"breakthroughness":22.0' plain
  grep -q '"steepness":"abrupt"' plain
  run "$ONSET" verdict s.csv --describe
  [ "$status" = 0 ]
  [[ "$output" == *"as descriptions: AICc does not decide"* ]]
  [[ "$output" == *"logit-quadratic"* ]]
  run "$ONSET" verdict s.csv
  [[ "$output" != *AICc* ]]
}

@test "the table of curves stands folded in the report" {
  "$ONSET" verdict --example >s.csv
  "$ONSET" import csv s.csv -o s.db
  "$ONSET" report s.db -o r.html
  grep -q '<details><summary>Curves and other descriptions</summary>' r.html
  grep -q 'Descriptions, not decisions' r.html
}

@test "report --describe: the table of curves for more than forty series is made when asked" {
  "$ONSET" verdict --example >s.csv
  for i in {1..40}; do sed 1d s.csv | grep '^mine' | sed "s/two_digit/t$i/" >>more; done
  cat s.csv more >many.csv
  "$ONSET" report many.csv -o plain.html
  run grep -q 'Curves and other descriptions' plain.html
  [ "$status" = 1 ]
  "$ONSET" report many.csv --describe -o told.html
  [ "$(grep -c '<details><summary>Curves and other descriptions' told.html)" = 41 ]
  grep -q 'onset report .* --describe</code>' told.html
  run "$ONSET" report many.csv --describe --csv
  [ "$status" = 2 ]
  [[ "$output" == *"--describe is for the page"* ]]
}

@test "the curves are the same whatever the threads" {
  "$ONSET" verdict --example >s.csv
  sed 1d s.csv | sed 's/two_digit/three_digit/; s/\.886/.5/' >>s.csv
  cmp <("$ONSET" verdict s.csv --describe --json --threads 1) <("$ONSET" verdict s.csv --describe --json --threads 2)
}
