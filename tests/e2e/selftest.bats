load helper

@test "selftest: rates with errors and bands, the same for any number of threads" {
  "$ONSET" selftest --statistics --classes saturated,inverse --seed 3 --json --threads 1 >a
  "$ONSET" selftest --statistics --classes saturated,inverse --seed 3 --json --threads 2 >b
  cmp a b
  [ "$(wc -l <a)" = 2 ]
  grep -q '"class":"inverse","group":"smooth","n":240,"rate":0[.0]*,"se":0[.0]*,.*"in_band":true' a
  run "$ONSET" selftest --statistics --classes inverse --seed 3
  [ "$status" = 0 ]
  [[ "$output" == *"inverse"*"240"*"<= 0.01"* ]]
}

@test "selftest: a file takes up what was done; another seed is refused" {
  "$ONSET" selftest --statistics --classes inverse -o t.jsonl --json >a
  sed -i 3,4d t.jsonl
  "$ONSET" selftest --statistics --classes inverse -o t.jsonl --json >b
  cmp a b
  run "$ONSET" selftest --statistics --classes inverse -o t.jsonl --seed 9
  [ "$status" = 10 ]
  [[ "$output" == *"seed 0"*"seed 9"* || "$output" == *"begun with seed 0"* ]]
}

@test "selftest: what there is to test is named" {
  run "$ONSET" selftest
  [ "$status" = 2 ]
  [[ "$output" == *"--statistics"* ]]
  run "$ONSET" selftest --statistics --classes nothing
  [ "$status" = 2 ]
  [[ "$output" == *"'nothing'"*"--list"* ]]
  run "$ONSET" selftest --list
  [ "$status" = 0 ]
  [[ "$output" == *arctan*held-out* ]]
}
