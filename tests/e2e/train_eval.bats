load helper

@test "a ladder trains, is found finished, and scores are asked once" {
  tiny_ladder
  run "$ONSET" train tiny.yaml -o out
  [ "$status" = 0 ]
  [ -s out/2k-s1/model.safetensors ] && [ -s out/5k-s2/tokenizer.json ]
  files_of out >before
  run "$ONSET" train tiny.yaml -o out
  [ "$status" = 0 ]
  files_of out >after
  cmp before after
  run "$ONSET" eval -m out/5k-s1 -t copy,digit_sum_steps -L 32 -o here
  [ "$status" = 0 ]
  [[ "$output" == *chain_exact_match*logprob* ]]
  n=$(sqlite3 here/onset.db 'select count(*) from response')
  [ "$n" = $((32 + 4 + 32 + 32)) ]
  run "$ONSET" eval -m out/5k-s1 -t copy --limit=32 --db here/onset.db --json
  [ "$status" = 0 ]
  [ "$(wc -l <<<"$output")" -ge 2 ]
  [ "$(sqlite3 here/onset.db 'select count(*) from response')" = "$n" ]
}

@test "one thread or two, the same bytes" {
  tiny_ladder
  "$ONSET" train tiny.yaml -o one --threads 1 -q
  "$ONSET" train tiny.yaml -o two --threads 2 -q
  files_of one >a; files_of two >b
  cmp a b
}

@test "kill -9 and Ctrl-C, then the same bytes as undisturbed" {
  tiny_ladder
  sed -i 's/tokens: 6k/tokens: 400k/' tiny.yaml
  "$ONSET" train tiny.yaml -o whole -q
  for signal in KILL INT KILL TERM; do
    setsid "$ONSET" train tiny.yaml -o cut -q & p=$!
    sleep 0.3
    kill -$signal $p 2>/dev/null || true
    r=0; wait $p || r=$?
    [[ $r = 0 || $r = 137 || $r = 130 ]]
  done
  "$ONSET" train tiny.yaml -o cut -q
  files_of whole >a; files_of cut >b
  cmp a b
}

@test "Ctrl-C says how to go on, exit 130, within a second" {
  tiny_ladder
  sed -i 's/tokens: 6k/tokens: 30M/' tiny.yaml
  setsid "$ONSET" train tiny.yaml -o out 2>err & p=$!
  sleep 1
  kill -INT $p
  s=$(date +%s%N); r=0; wait $p || r=$?
  [ $r = 130 ]
  [ $(( ($(date +%s%N) - s) / 1000000 )) -lt 1500 ]
  grep -q 'the same command again goes on from there' err
}

@test "another recipe in the same directory is refused" {
  tiny_ladder
  "$ONSET" train tiny.yaml -o out -q
  sed -i 's/rate: 0.006/rate: 0.005/' tiny.yaml
  run "$ONSET" train tiny.yaml -o out
  [ "$status" = 10 ]
}

@test "ls skills shows every skill with an example" {
  run "$ONSET" ls skills
  [ "$status" = 0 ]
  [[ "$output" == *digit_sum_steps*T[0-9]*=* ]]
  [ "$("$ONSET" ls skills --json | wc -l)" = 18 ]
}

@test "two checkpoints of one name, and two sizes of item sets, stand side by side" {
  tiny_ladder
  "$ONSET" train tiny.yaml -o a -q
  sed -i 's/rate: 0.006/rate: 0.02/' tiny.yaml
  "$ONSET" train tiny.yaml -o b -q
  "$ONSET" eval -m a/2k-s1 -t copy -L 32 --db s.db --json >x
  "$ONSET" eval -m b/2k-s1 -t copy -L 32 --db s.db --json >y
  [ "$(wc -l <x)" = 2 ] && [ "$(wc -l <y)" = 2 ]
  [ "$(sqlite3 s.db 'select count(distinct model_hash) from score')" = 2 ]
  run "$ONSET" eval -m a/2k-s1 -t copy -L 8 --db s.db --json
  [[ "$output" == *'"n_items":8,'* ]]
  "$ONSET" eval -m a/2k-s1 -t copy -L 32 --db s.db --json >z
  cmp x z
}

@test "more items on the same database: the first ones are asked for the larger set too" {
  tiny_ladder
  "$ONSET" train tiny.yaml -o a -q
  "$ONSET" eval -m a/2k-s1 -t add_2 -L 128 --db s.db --json >x
  run "$ONSET" eval -m a/2k-s1 -t add_2 -L 256 --db s.db --json
  [ "$status" = 0 ]
  [[ "$output" == *'"n_items":256,'* ]]
  "$ONSET" eval -m a/2k-s1 -t add_2 -L 128 --db s.db --json >y
  cmp x y
}

@test "eval records its runs: command, times, exit status, events" {
  tiny_ladder
  "$ONSET" train tiny.yaml -o a -q
  "$ONSET" eval -m a/2k-s1 -t copy -L 16 --db s.db -q --seed 7
  [ "$(sqlite3 s.db 'select exit_status, end_ms >= start_ms, seed, command from run')" = \
    '0|1|7|onset eval -m a/2k-s1 -t copy -L 16 --db s.db -q --seed 7' ]
  [ "$(sqlite3 s.db "select group_concat(kind || ' ' || text) from event")" = \
    'stage evaluate,begin 2k-s1,end 2k-s1' ]
  sqlite3 s.db "update response set token_logprobs = x''"
  run "$ONSET" eval -m a/2k-s1 -t copy -L 16 --db s.db
  [ "$status" = 5 ]
  [ "$(sqlite3 s.db 'select exit_status from run where id = 2')" = 5 ]
  run "$ONSET" ls runs --db s.db
  [[ "$output" == *"onset eval"* ]]
}

@test "train --json: one object a model, on stdout alone, the same when it is found finished" {
  tiny_ladder
  "$ONSET" train tiny.yaml -o out --json >a 2>err
  [ "$(wc -l <a)" = 4 ]
  [ "$(grep -c '^{"name":"[25]k-s[12]","family":"tiny","seed":"[12]","params":[0-9]*,"tokens":[0-9.e+]*,"flops":[0-9.e+]*,"loss":[0-9.]*,"dir":"out/[25]k-s[12]"}$' a)" = 4 ]
  [ "$(head -1 a | cut -d, -f1)" = '{"name":"2k-s1"' ]
  while read -r dir; do [ -s "$dir/model.safetensors" ]; done < <(sed 's/.*"dir":"//; s/".*//' a)
  loss=$(sed 's/.*"loss_nats":\([0-9.]*\).*/\1/' out/5k-s2/onset.json)
  grep -q "\"name\":\"5k-s2\".*\"loss\":$loss," a
  "$ONSET" train tiny.yaml -o out --json -q >b
  cmp a b
  [ -z "$("$ONSET" train tiny.yaml -o out 2>/dev/null)" ]
}

@test "--seed where nothing is drawn: it changes nothing, and that is said" {
  tiny_ladder
  "$ONSET" train tiny.yaml -o a -q
  run "$ONSET" train tiny.yaml -o b --seed 3
  [ "$status" = 0 ]
  [[ "$output" == *"warning: --seed changes nothing here"*"seeds: [3]"* ]]
  files_of a >x; files_of b >y
  cmp x y
  run "$ONSET" ls skills --seed 3
  [ "$status" = 0 ]
  [[ "$output" == *"--seed changes nothing here"* ]]
  "$ONSET" verdict --example >s.csv
  run "$ONSET" verdict s.csv --seed 3
  [ "$status" = 0 ]
  [[ "$output" != *"--seed"* ]]
  for c in train verdict; do "$ONSET" $c --help | tr -s ' \n' ' ' | grep -q 'seed of what demo, run, verdict, report'; done
}

@test "eval says first what it will ask, and what of it is known" {
  tiny_ladder
  "$ONSET" train tiny.yaml -o m -q
  "$ONSET" eval -m m/2k-s1 -t copy -L 32 -o s 2>err >/dev/null
  [[ "$(head -1 err)" == "plan: ask 1 model 1 task: "*" questions ("*" tokens, "*" FLOPs); "*" MB of memory; about a second" ]]
  "$ONSET" eval -m m/2k-s1 -t copy -L 32 -o s 2>err >/dev/null
  [[ "$(head -1 err)" == "plan: ask 1 model 1 task: "*" are answered; "*"; nothing is left to compute" ]]
  "$ONSET" eval -m m/2k-s1 -t copy -L 32 -o s -q 2>err >/dev/null
  [ ! -s err ]
}
