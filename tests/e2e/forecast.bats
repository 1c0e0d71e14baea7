load helper

@test "forecast: the largest model with an interval, beside three baselines" {
  "$ONSET" verdict --example >s.csv
  run "$ONSET" forecast s.csv
  [ "$status" = 0 ]
  [[ "$output" == *"two_digit_sums"*"12.0 B"*"0.886"*"intervals hold"*"last-value"*"logistic"* ]]
  "$ONSET" forecast s.csv --hold-out 2 --json --threads 1 >a
  "$ONSET" forecast s.csv --hold-out 2 --json --threads 2 >b
  cmp a b
  grep -q '"predictions":\[{"x":.*"forecast":{"median":.*"horizon":' a
  tail -1 a | grep -q '"summary":{"hold_out":2,"series":1,"too_short":0,"predictions":2,'
}

@test "forecast: too few models are counted, not an error" {
  "$ONSET" verdict --example | head -4 >s.csv
  run "$ONSET" forecast s.csv
  [ "$status" = 0 ]
  [[ "$output" == *"0 predictions in 0 series; 1 series has too few scales"* ]]
  run "$ONSET" forecast
  [ "$status" = 2 ]
  run "$ONSET" forecast s.csv --hold-out 0
  [ "$status" = 2 ]
}

@test "forecast: published tables: intervals hold, and the log score beats every baseline" {
  [ -d "$ONS_SHARED/data/results" ] || skip "no published tables beside the checkout"
  cd "$ONS_SHARED/data/results"
  tables=$(ls *.csv | grep -vE '^(models|bigbench_human|reference_sota)')
  for n in 1 2 3; do
    "$ONSET" forecast $tables --hold-out $n --json 2>/dev/null | tail -1 >"$BATS_TEST_TMPDIR/t"
    python3 - "$BATS_TEST_TMPDIR/t" <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))["summary"]
f = s["forecast"]
assert .87 <= f["coverage"] <= .99, f
for b in "last-value", "linear", "logistic":
    assert f["log_score"] > s[b]["log_score"], (f, b, s[b])
PY
  done
}

@test "forecast: a continuous metric of the same answers is a second way to the score" {
  awk 'BEGIN { print "family,model,params,task,metric,n_items,score,random_baseline"
    for (i = 0; i < 8; i++) {
      printf("F,m%d,%g,sums,exact_match,500,%.3f,0\n", i, 1e7 * 3 ^ i, 1 / (1 + exp(8 - 1.6 * i)))
      printf("F,m%d,%g,sums,logprob,500,%.3f,\n", i, 1e7 * 3 ^ i, -4 + i / 2 + (i % 2) * .05) } }' >s.csv
  run "$ONSET" forecast s.csv --hold-out 2
  [ "$status" = 0 ]
  [[ "$output" == *"through which"*"two-stage"* ]]
  "$ONSET" forecast s.csv --hold-out 2 --json | grep -q '"two-stage":{"median":'
  "$ONSET" forecast s.csv --hold-out 2 --json | grep -q '"paired":{"predictions":2,'
  "$ONSET" forecast s.csv --json | grep -q '"history":\[{"n_known":3,"x":'
  "$ONSET" verdict --example >e.csv
  run "$ONSET" forecast e.csv
  [ "$status" = 0 ]
  [[ "$output" != *two-stage* ]]
}
