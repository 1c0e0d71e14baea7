load helper

@test "the example table: a jump, placed" {
  "$ONSET" verdict --example >s.csv
  run "$ONSET" verdict s.csv
  [ "$status" = 0 ]
  [[ "$output" == *"emergent at"* ]]
  run "$ONSET" verdict s.csv --json
  [[ "$output" == '{"family":"mine","task":"two_digit_sums"'*'"verdict":"emergent"'* ]]
}

@test "the order of rows changes nothing" {
  "$ONSET" verdict --example >s.csv
  { head -1 s.csv; tail -n +2 s.csv | sort -R --random-source=<(yes); } >t.csv
  cmp <("$ONSET" verdict s.csv --json) <("$ONSET" verdict t.csv --json)
  cmp <("$ONSET" verdict s.csv --json --threads 1) <("$ONSET" verdict s.csv --json --threads 2)
}

@test "a malformed row is named, the rest goes on, exit 8; --strict: exit 5" {
  "$ONSET" verdict --example >s.csv
  echo 'mine,bad,1e9,1e9,other,exact_match,100,half,0' >>s.csv
  run "$ONSET" verdict s.csv
  [ "$status" = 8 ]
  [[ "$output" == *"s.csv:10:"* && "$output" == *"emergent"* ]]
  run "$ONSET" verdict s.csv --strict
  [ "$status" = 5 ]
}

@test "no scale is a reason, not an error" {
  printf 'family,task,metric,score\nF,t,acc,.5\n' >s.csv
  printf 'family,model,params,task,metric,score\nF,a,,t,acc,.5\n' >t.csv
  run "$ONSET" verdict t.csv --json
  [ "$status" = 0 ]
  [[ "$output" == *undetermined*no-scale* ]]
  run "$ONSET" verdict s.csv
  [ "$status" = 0 ] || [ "$status" = 5 ]
}

@test "published tables: every series has a verdict or a reason" {
  [ -d "$ONS_SHARED/data/results" ] || skip "no published tables beside the checkout"
  for f in gpt3_table_h1 cot_wei2022 pythia_final; do
    run bash -c "'$ONSET' verdict '$ONS_SHARED/data/results/$f.csv' --json 2>/dev/null"
    [ "$status" = 0 ]
    [ "$(grep -c '"reason":".' <<<"$output")" = "$(wc -l <<<"$output")" ]
  done
}

@test "what stays open says what is known of it, and what would decide" {
  printf 'family,params,task,metric,score,n_items,random_baseline\n' >open.csv
  printf 'F,1e9,t,acc,.25,500,.25\nF,1e10,t,acc,.26,500,.25\nF,1e11,t,acc,.8,500,.25\n' >>open.csv
  run "$ONSET" verdict open.csv --json
  [ "$status" = 0 ]
  [[ "$output" == *'"verdict":"undetermined"'*'"known":{"kind":"rise-between"'*'"sizes_above":1,"items":500,'* ]]
  [[ "$output" == *'Near chance up to 10.0 B parameters'*'clearly above it at 100 B parameters'* ]]
  "$ONSET" report open.csv -o open.html
  grep -q 'rises between 10.0 B and 100 B' open.html
}

@test "nothing to decide is said in words, exit 0" {
  printf 'family,params,task,metric,score\n' >none.csv
  run "$ONSET" verdict none.csv
  [ "$status" = 0 ]
  [[ "$output" == *"none.csv"*"no rows"* && "$output" == *"There are no scores, so there is nothing to decide."* ]]
  [[ "$output" != *"0 models"* ]]
  printf 'family,model,params,task,metric,score\nF,a,,t,acc,.5\nF,b,,u,acc,.6\n' >blind.csv
  run "$ONSET" verdict blind.csv
  [ "$status" = 0 ]
  [[ "$output" == *"No scale is known for any of these models (parameters, tokens, FLOPs or loss)"* ]]
  [[ "$output" != *"Nothing emerged"* ]]
  printf 'family,params,task,metric,score\nF,1e9,t,cross_entropy,2.5\nF,2e9,t,cross_entropy,2.4\n' >loss.csv
  run "$ONSET" verdict loss.csv
  [ "$status" = 0 ]
  [[ "$output" == *"t (cross entropy)"*undetermined* ]]
}

@test "a terminal of 80 columns: published tables stay within it, headings do not touch" {
  [ -d "$ONS_SHARED/data/results" ] || skip "no published tables beside the checkout"
  command -v script >/dev/null || skip "script is not installed"
  for f in gpt3_table_h1 cot_wei2022 pythia_final opt_bloom_final tinyllama_tokens; do
    script -qc "stty cols 80; '$ONSET' verdict '$ONS_SHARED/data/results/$f.csv' --color=never --no-progress" /dev/null |
      tr -d '\r' >t
    [ "$(wc -L <t)" -le 80 ]
    [ "$(grep -cE "^ability .*(chance|[0-9][kMBT])[0-9]" t)" = 0 ]
  done
}

@test "an empty directory: what a study directory is and how to make one" {
  mkdir empty
  for c in verdict report; do
    run "$ONSET" "$c" empty
    [ "$status" = 4 ]
    [[ "$output" == *"no onset.db in this directory"*"(empty)"*"onset demo -o DIR"*"onset eval"* ]]
    [ ! -e empty/report.html ]
  done
  run "$ONSET" report nowhere.db
  [ "$status" = 4 ]
  [[ "$output" == *"no such database"*"(nowhere.db)"*"onset demo -o DIR"* ]]
}

@test "rows without the axis that was asked for are counted" {
  "$ONSET" verdict --example >s.csv
  sed -i '3s/160e6,300e9/,300e9/; 4s/410e6,/,/' s.csv
  run "$ONSET" verdict s.csv --axis params
  [ "$status" = 0 ]
  [[ "$output" == *"2 of 8 rows have no params and are left out"* ]]
  "$ONSET" verdict s.csv --axis params --json >out 2>err
  [ "$(wc -l <out)" = 1 ] && grep -q '2 of 8 rows' err
  run "$ONSET" verdict s.csv --axis tokens
  [[ "$output" != *"left out"* ]]
  run "$ONSET" verdict s.csv --axis flops
  [[ "$output" == *"8 of 8 rows have no flops and are left out"* ]]
  run "$ONSET" verdict s.csv
  [[ "$output" != *"left out"* ]]
}

@test "rows without a model are models of their own where the scale differs" {
  printf 'family,params,task,metric,score\nF,1e9,t,acc,.2\nF,2e9,t,acc,.3\nF,2e9,u,acc,.3\n' >s.csv
  run "$ONSET" verdict s.csv
  [ "$status" = 0 ]
  [[ "$output" == "2 models of 1.00 B to 2.00 B parameters"* ]]
}

@test "--compare: sorting comes later with noisy data, by a column of the table's own" {
  awk 'BEGIN { print "family,model,params,tokens,task,metric,n_items,score,random_baseline,data"
    for (d = 0; d < 2; d++) for (i = 0; i < 8; i++)
      printf("F,m%d,%g,3e11,sort,exact_match,500,%g,0,%s\n", i, 1e7 * 10 ^ (i / 2), (i >= 3 + 2 * d) ? .8 : .002, d ? "noisy" : "clean") }' >d.csv
  run "$ONSET" verdict d.csv --compare data
  [ "$status" = 0 ]
  [[ "$output" == *"clean"*"noisy"*"later"* && "$output" == *"1 later and 0 earlier"* ]]
  run "$ONSET" verdict d.csv --compare data=noisy --json
  [ "$status" = 0 ]
  [[ "$output" == '{"compare":"data","family":"F","task":"sort"'*'"group":"noisy"'*'"group":"clean"'*'"result":"earlier"'* ]]
  { head -1 d.csv; tail -n +2 d.csv | sort -R --random-source=<(yes); } >t.csv
  cmp <("$ONSET" verdict d.csv --compare data --json) <("$ONSET" verdict t.csv --compare data --json)
  "$ONSET" verdict --example >s.csv
  run "$ONSET" verdict s.csv --compare nosuch
  [ "$status" = 2 ]
  [[ "$output" == *"s.csv has no column 'nosuch'"*"no series has a value in the column 'nosuch'"* ]]
  run "$ONSET" verdict d.csv --compare tokens
  [ "$status" = 2 ]
  run "$ONSET" verdict d.csv --compare data=web
  [ "$status" = 2 ]
  run "$ONSET" verdict d.csv --compare family
  [ "$status" = 8 ] # without the column the two scores of a model contradict each other
}

@test "--task shows some, with the p-values among all; --plot draws them" {
  "$ONSET" verdict --example >s.csv
  sed -n 's/two_digit_sums/other_task/p' s.csv >>s.csv
  "$ONSET" verdict s.csv --json >all
  "$ONSET" verdict s.csv --task 'two_*' --json >some
  [ "$(wc -l <all)" = 2 ]
  grep two_digit_sums all | cmp - some
  run "$ONSET" verdict s.csv --task two_digits
  [ "$status" = 2 ]
  [[ "$output" == *"no task is named 'two_digits'; try: two_digit_sums"* ]]
  run "$ONSET" verdict s.csv --task two_digit_sums --plot
  [ "$status" = 0 ]
  [[ "$output" == *"100 % +"*"What would change this:"* ]]
  [ "$(LC_ALL=C grep -c '[^ -~]' <<<"$output")" = 0 ]
  run "$ONSET" verdict s.csv
  [[ "$output" != *"100 % +"* ]]
}

@test "a terminal: many abilities are grouped, few are plotted, --all and pipes give each a row" {
  command -v script >/dev/null || skip "script is not installed"
  "$ONSET" verdict --example >one.csv
  head -1 one.csv >many.csv
  for i in $(seq 70); do tail -n +2 one.csv | sed "s/two_digit_sums/task_$i/; s/,[.][0-9]*,0$/,.00$((i % 7)),0/"; done >>many.csv
  on_terminal() { script -qc "stty cols 80; '$ONSET' verdict $* --color=never --no-progress" /dev/null | tr -d '\r'; }
  on_terminal many.csv >t
  [ "$(grep -c '^task_' t)" -lt 70 ]
  grep -q '^■ flat .*task_' t
  grep -q -- '--all' t
  [ "$(wc -L <t)" -le 80 ]
  on_terminal many.csv --all >t
  [ "$(grep -c '^task_' t)" = 70 ]
  [ "$("$ONSET" verdict many.csv | grep -c '^task_')" = 70 ]
  on_terminal one.csv | grep -q '100 % ┤'
}

@test "a threshold across which the recipe changes is confounded, from a table and from a store" {
  awk 'BEGIN { print "family,model,params,tokens,task,metric,n_items,score,random_baseline,data,batch"
    for (i = 0; i < 8; i++)
      printf("F,m%d,%g,3e11,sort,exact_match,500,%g,0,%s,%s\n", i, 1e7 * 10 ^ (i / 2), (i >= 4) ? .8 : .002, (i >= 3) ? "web" : "books", (i >= 4) ? "4M" : "1M") }' >r.csv
  run "$ONSET" verdict r.csv --json
  [[ "$output" == *'"verdict":"emergent"'*'"flags":[]'* ]] # web has models on both sides
  run "$ONSET" verdict r.csv --json --recipe batch
  [[ "$output" == *'"flags":["confounded"]'*'recipe changes'* ]]
  run "$ONSET" verdict r.csv --recipe nosuch,batch
  [ "$status" = 0 ]
  [[ "$output" == *"note: no table has a column 'nosuch'"* && "$output" != *"column 'batch'"* ]]
  sed 's/,batch$/,other/' r.csv >o.csv # one of several tables has it
  run "$ONSET" verdict r.csv o.csv --recipe batch
  [[ "$output" != *"no table has"* ]]
  sed 's/,batch$/,tokenizer/' r.csv >t.csv
  run "$ONSET" verdict t.csv --json
  [[ "$output" == *'"flags":["confounded"]'* ]]
  "$ONSET" import csv t.csv -o t.db
  cmp <("$ONSET" verdict t.csv --json) <("$ONSET" verdict t.db --json)
  for o in '--recipe batch' '--models nofile.csv' --strict; do
    run "$ONSET" verdict t.db $o
    [ "$status" = 2 ]
    [[ "$output" == *"${o%% *} is for tables and result files, 't.db' is a database"* ]]
  done
  "$ONSET" export csv t.db -o out
  cmp <("$ONSET" verdict t.csv --json) <("$ONSET" verdict out/scores.csv --json)
}

@test "--compare on a store: families against the first, with one that never rises" {
  awk 'BEGIN { print "family,model,params,tokens,task,metric,n_items,score,random_baseline"
    for (f = 0; f < 3; f++) for (i = 0; i < 8; i++)
      printf("%s,m%d,%g,3e11,sort,exact_match,500,%g,0\n", substr("abc", f + 1, 1), i, 1e7 * 10 ^ (i / 2), (f < 2 && i >= 3 + 2 * f) ? .8 : .002) }' >f.csv
  "$ONSET" import csv f.csv -o f.db
  run "$ONSET" verdict f.db --compare family
  [ "$status" = 0 ]
  [[ "$output" == *"2 pairs compared: 2 later and 0 earlier"* ]]
  cmp <("$ONSET" verdict f.db --compare family --json) <("$ONSET" verdict f.csv --compare family --json)
  run "$ONSET" verdict f.db --compare family --json
  [[ "${lines[1]}" == *'"group":"c"'*'"shift":{"x":null,"lo":'*'"hi":null}'*'c does not rise before'* ]]
  run "$ONSET" verdict f.db --compare data
  [ "$status" = 2 ]
  for o in --describe --plot; do
    run "$ONSET" verdict f.csv --compare family $o
    [ "$status" = 2 ]
    [[ "$output" == *"$o shows verdicts"* ]]
  done
  run "$ONSET" verdict f.db --compare task
  [ "$status" = 2 ] # no task has a slash
}

@test "--compare over several axes: every shift with its unit" {
  awk 'BEGIN { print "family,model,params,tokens,loss,task,metric,shots,n_items,score,random_baseline"
    for (f = 0; f < 2; f++) for (i = 0; i < 8; i++)
      printf("F,m%d,%g,3e11,%g,sort,exact_match,%d,500,%g,0\n", i, 1e7 * 10 ^ (i / 2), 4 - i / 4, f, (i >= 3 + 2 * f) ? .8 : .002) }' >x.csv
  run "$ONSET" verdict x.csv --axis loss,params --compare shots
  [ "$status" = 0 ]
  [[ "$output" == *"2 pairs compared"*"Shifts in decades, of loss in nats"* ]]
  [[ "$output" =~ "sort, over params "[^$'\n']*[0-9]\ decades\ .*to\ [^\ ]+\ decades ]]
  [[ "$output" =~ [0-9]\ nats\ .*to\ [^\ ]+\ nats ]]
  run "$ONSET" verdict x.csv --axis loss --compare shots
  [[ "$output" == *"1 pair compared"*"Shifts in nats of loss"* && "$output" != *" nats "*"compared"* ]]
}
