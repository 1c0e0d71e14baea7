load helper

# FILE MODEL ACC: a result file as lm-evaluation-harness writes it.
result() {
  mkdir -p "$(dirname "$1")"
  printf '{"results":{"piqa":{"acc,none":%s,"acc_stderr,none":0.01}},"n-shot":{"piqa":0},"config":{"model_args":"pretrained=%s"}}' \
    "$3" "$2" >"$1"
}

pythias() {
  local i=0
  for m in 70m 160m 410m 1b 1.4b 2.8b; do
    result "r/$m/results_2024-01-01.json" "EleutherAI/pythia-$m" "0.$((55 + 3 * i++))"
  done
}

@test "results of lm-eval: a folder into a database, and the verdict on both is the same" {
  pythias
  run "$ONSET" import lm-eval r -o x.db
  [ "$status" = 0 ]
  [[ "$output" == *"6 scores from 6 files are in x.db"* ]]
  "$ONSET" verdict x.db --json >a
  "$ONSET" verdict r --json >b
  cmp a b
  grep -q '"family":"Pythia","task":"piqa","metric":"acc","shots":0,"prompt":"","axis":"flops"' a
  [ "$(sqlite3 x.db 'select count(distinct random_baseline||n_items) from score')" = 1 ]
  "$ONSET" import lm-eval r -o x.db # again: the same rows
  [ "$(sqlite3 x.db 'select count(*) from score')" = 6 ]
}

@test "a model that is not known is asked for with the line to add" {
  pythias
  result r/mine/results.json me/my-3b 0.75
  run "$ONSET" import lm-eval r -o x.db
  [ "$status" = 8 ]
  [[ "$output" == *"1 model is not in the table"*"1 rows are left out"*"family,model,params,tokens"*"FAMILY,my-3b,PARAMETERS,TRAINING_TOKENS"* ]]
  [ "$(sqlite3 x.db 'select count(*) from score')" = 6 ]
  printf 'family,model,params,tokens\nPythia,my-3b,3B,300B\n' >mine.csv
  run "$ONSET" import lm-eval r -o y.db --models mine.csv
  [ "$status" = 0 ]
  [ "$(sqlite3 y.db 'select count(*) from score')" = 7 ]
  printf 'family,model,params\nPythia,my-3b,many\n' >mine.csv
  run "$ONSET" import lm-eval r -o y.db --models mine.csv
  [ "$status" = 5 ]
  [[ "$output" == *"'many' in column params"*"mine.csv:2:14"* ]]
}

@test "a bad file is named and passed over, exit 8; --strict: exit 5" {
  pythias
  printf '{"results":{"piqa":' >r/cut.json
  printf '{"a":1}' >r/config.json
  run "$ONSET" import lm-eval r -o x.db
  [ "$status" = 8 ]
  [[ "$output" == *"no JSON"*"r/cut.json"*"the file is left out"* && "$output" == *"1 JSON file holds no results and is passed over"* ]]
  [ "$(sqlite3 x.db 'select count(*) from score')" = 6 ]
  run "$ONSET" import lm-eval r -o z.db --strict
  [ "$status" = 5 ]
  [[ "$output" == *"r/cut.json"* ]]
  [ ! -e z.db ]
  run "$ONSET" import lm-eval r/config.json -o z.db # the only one
  [ "$status" = 5 ]
  [[ "$output" == *"not a result file of lm-eval"* ]]
}

@test "never a silent wrong series: two scores of one model, a score out of its range" {
  pythias
  result r/again/results.json pythia-70m 0.9
  run "$ONSET" verdict r
  [ "$status" = 8 ]
  [[ "$output" == *"acc of piqa has two scores for pythia-70m"*"r/again/results.json"* ]]
  rm -r r/again
  result r/160m/results_2024-01-01.json pythia-160m 1.9
  run "$ONSET" verdict r
  [ "$status" = 8 ]
  [[ "$output" == *"acc of piqa is 1.9, allowed is 0 to 1"* ]]
}

@test "usage of import: what is missing is named" {
  run "$ONSET" import lm-eval
  [ "$status" = 2 ]
  run "$ONSET" import lmeval r -o x.db
  [ "$status" = 2 ]
  [[ "$output" == *"no format 'lmeval'"*"lm-eval, bigbench"* ]]
  run "$ONSET" import lm-eval r
  [ "$status" = 2 ]
  mkdir empty
  run "$ONSET" import lm-eval empty -o x.db
  [ "$status" = 4 ]
  [[ "$output" == *"no result files in this folder (empty)"* ]]
  run "$ONSET" import lm-eval nowhere.json -o x.db
  [ "$status" = 4 ]
  [[ "$output" == *nowhere.json* ]]
}

@test "published result files: every score of the tables made from them" {
  [ -d "$ONS_SHARED/data/results/raw" ] || skip "no published results beside the checkout"
  "$ONSET" import lm-eval "$ONS_SHARED/data/results/raw/pythia_evals" -o x.db
  [ "$(sqlite3 x.db "select count(*) from score where family='Pythia' and not intermediate")" = 2400 ]
  [ "$(sqlite3 x.db "select count(*) from score where random_baseline is null and metric like 'acc%' and task not like 'crows%'")" = 0 ]
  "$ONSET" import bigbench "$ONS_SHARED/data/results/raw/bigbench" -o y.db
  [ "$(sqlite3 y.db 'select count(*) from score')" = 16118 ]
}

@test "answers beside the results go into the store, once, and give the metric check its partner" {
  local m i=0
  for m in 70m 160m 410m 1b 1.4b 2.8b; do
    result "r/$m/results_t.json" "EleutherAI/pythia-$m" 0.5
    printf '{"doc_id":%d,"target":"0","acc":%d,"resps":[[["-%d.5","False"]],[["-3.0","True"]]]}\n' \
      0 1 1 1 0 4 >"r/$m/samples_piqa_t.jsonl"
  done
  run "$ONSET" import lm-eval r -o x.db
  [ "$status" = 0 ]
  [ "$(sqlite3 x.db 'select count(*), count(distinct model) from response')" = '24|6' ]
  "$ONSET" import lm-eval r -o x.db
  [ "$(sqlite3 x.db 'select count(*) from response')" = 24 ]
  [ "$(sqlite3 x.db "select count(*) from score where metric='choice_logprob'")" = 6 ]
  "$ONSET" verdict x.db --json >a
  "$ONSET" verdict r --json >b
  cmp a b
  run "$ONSET" import lm-eval r/1b/samples_piqa_t.jsonl -o y.db
  [ "$status" = 7 ]
  [[ "$output" == *"do not say whose they are"*"results_*.json beside it"* ]]
  echo '{' >>r/1b/samples_piqa_t.jsonl
  run "$ONSET" verdict r
  [ "$status" = 8 ]
  [[ "$output" == *"r/1b/samples_piqa_t.jsonl: line 3"* ]]
}

@test "export: csv reads back the same, lm-eval too; json has every series" {
  pythias
  "$ONSET" import lm-eval r -o x.db
  for f in csv json lm-eval; do "$ONSET" export $f x.db -o out; done
  "$ONSET" verdict x.db --json >a
  "$ONSET" verdict out/scores.csv --json >b
  cmp a b
  cmp a out/verdicts.jsonl
  [ "$(wc -l <out/scores.jsonl)" = 6 ]
  [ -f out/pythia-1.4b/results_0shot.json ]
  rm out/*.jsonl
  "$ONSET" verdict out --json >b
  cmp a b
  run "$ONSET" export xml x.db -o out
  [ "$status" = 2 ]
  [[ "$output" == *"csv, json and lm-eval"* ]]
}

@test "a run of HELM: stats.json beside run_spec.json" {
  mkdir -p h/run
  printf '[{"name":{"name":"exact_match","split":"test"},"count":1,"mean":0.3}]' >h/run/stats.json
  printf '{"name":"mmlu:subject=law,model=openai_gpt2","adapter_spec":{"model":"openai/gpt2"}}' >h/run/run_spec.json
  echo '[[[' >h/run/per_instance_stats.json
  run "$ONSET" import helm h -o x.db
  [ "$status" = 0 ]
  [ "$(sqlite3 x.db 'select family, task, score from score')" = 'GPT-2|mmlu:subject=law|0.3' ]
  run "$ONSET" verdict h
  [ "$status" = 0 ]
}

@test "tables as spreadsheets write them: BOM, CRLF, quotes, semicolons, decimal commas" {
  "$ONSET" verdict --example >s.csv
  "$ONSET" verdict s.csv --json >want
  tr , ';' <s.csv | sed 's/;\./;0,/g; s/$/\r/' >t.csv
  { printf '\357\273\277'; cat t.csv; } >u.csv
  { printf 'sep=;\r\n'; cat t.csv; } >v.csv
  tr , '\t' <s.csv >w.csv
  sed 's/,mine\|^mine/"mine"/; s/two_digit_sums/"two_digit_sums"/' s.csv >x.csv
  for f in t u v w x; do
    cmp want <("$ONSET" verdict $f.csv --json) || { echo $f; false; }
  done
  # where the comma separates, it is no decimal mark
  sed '2s/\.009/"0,009"/' s.csv >y.csv
  run "$ONSET" verdict y.csv
  [ "$status" = 8 ]
  [[ "$output" == *"'0,009' in column score"*"y.csv:2:"* ]]
  sed '2s/;0,009/;1.000,5/' t.csv >z.csv
  run "$ONSET" verdict z.csv
  [ "$status" = 8 ]
  [[ "$output" == *"'1.000,5' in column score"* ]]
}

@test "tables that are odd: 200 columns, no n, one scale, equal scales, two scores, NaN, 2 GB" {
  "$ONSET" verdict --example >s.csv
  extra=$(seq -s, 200)
  awk -v e="$extra" 'NR == 1 { n = split(e, a, ","); h = $0; for (i = 1; i <= n; i++) h = h ",c" a[i]; print h; next } { print $0 "," e }' s.csv >wide.csv
  cmp <("$ONSET" verdict s.csv --json) <("$ONSET" verdict wide.csv --json)
  cut -d, -f1-6,8- s.csv >n.csv
  "$ONSET" verdict n.csv --json | grep -q '"n-assumed"'
  awk -F, -v OFS=, 'NR > 1 { $3 = 1e9; $2 = "m" NR } 1' s.csv >one.csv
  "$ONSET" verdict one.csv --json | grep -q '"n_scales":1,"verdict":"undetermined"'
  { cat s.csv; echo 'mine,another,12e9,300e9,two_digit_sums,exact_match,2000,.88,0'; } >equal.csv
  "$ONSET" verdict equal.csv --json | grep -q '"n_models":9,"n_scales":8'
  { cat s.csv; echo 'mine,12B,12e9,300e9,two_digit_sums,exact_match,2000,.1,0'; } >two.csv
  run "$ONSET" verdict two.csv
  [ "$status" = 8 ]
  [[ "$output" == *"two scores for 12B: 0.1 here, 0.886 in two.csv:9"*"(two.csv:10)"* ]]
  run "$ONSET" verdict two.csv --strict
  [ "$status" = 5 ]
  sed '3s/\.005/NaN/' s.csv >nan.csv
  "$ONSET" verdict nan.csv --json | grep -q '"verdict"'
  truncate -s 2G huge.csv huge.json
  for f in csv json; do
    run "$ONSET" verdict huge.$f
    [ "$status" = 6 ]
    [[ "$output" == *"2147483648 bytes"*"huge.$f"* ]]
  done
}

@test "the table of public models can be looked into, and given back" {
  "$ONSET" import --example >models.csv
  grep -q '^Pythia,pythia-1.4b,' models.csv
  pythias
  "$ONSET" import lm-eval r -o x.db --models models.csv
  [ "$(sqlite3 x.db 'select count(*) from score')" = 6 ]
}

@test "a page of tables and folders without a database between; models of imported scores are listed" {
  mkdir results
  "$ONSET" verdict --example >results/mine.csv
  printf 'name,colour\na,b\n' >results/other.csv # no table of scores
  run "$ONSET" report results -o page.html
  [ "$status" = 0 ]
  [[ "$output" == *'report: page.html'* ]]
  grep -q 'id="series-' page.html
  "$ONSET" import csv results/mine.csv -o scores.db -q
  "$ONSET" report scores.db -o store.html -q
  cmp <(sed 's/<code>onset report [^<]*/<code>/' store.html) <(sed 's/<code>onset report [^<]*/<code>/' page.html)
  "$ONSET" report results/mine.csv --csv | cmp - <("$ONSET" report scores.db --csv)
  (cd results && "$ONSET" report mine.csv -q && [ -s report.html ])
  "$ONSET" ls models scores.db --json >models
  [ "$(wc -l <models)" = 8 ]
  head -1 models | grep -q '"family":"mine","model":"70M"'
  "$ONSET" ls models --db scores.db --json | cmp - models
  run "$ONSET" report --rescore results/mine.csv results
  [ "$status" = 2 ]
  run "$ONSET" report nothing-there
  [ "$status" = 4 ]
}
