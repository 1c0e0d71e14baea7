load helper

@test "missing, malformed, foreign and newer input: one line, the right code" {
  run "$ONSET" verdict nowhere.csv; [ "$status" = 4 ]; [[ "$output" == *"nowhere.csv"* ]]
  run "$ONSET" report nowhere.db; [ "$status" = 4 ]; [ "$(wc -l <<<"$output")" = 1 ]
  sqlite3 other.db 'create table t (x)'
  run "$ONSET" report other.db; [ "$status" = 5 ]; [[ "$output" == *"not an onset database"* ]]
  tiny_ladder
  "$ONSET" train tiny.yaml -o m -q
  "$ONSET" eval -m m/2k-s1 -t copy -L 8 --db new.db -q >/dev/null
  sqlite3 new.db 'pragma user_version = 99'
  run "$ONSET" verdict new.db; [ "$status" = 7 ]; [[ "$output" == *"schema version 99"* ]]
  printf 'sizes: [\n' >bad.yaml
  run "$ONSET" train bad.yaml -o x; [ "$status" = 5 ]; [[ "$output" == *"bad.yaml:"* ]]
  printf 'a,b\n1\n' >bad.csv
  run "$ONSET" verdict bad.csv; [ "$status" = 5 ]; [[ "$output" == *"bad.csv"* ]]
}

@test "a damaged checkpoint is named" {
  tiny_ladder
  "$ONSET" train tiny.yaml -o m -q
  head -c 100 m/2k-s1/model.safetensors >cut && cp cut m/2k-s1/model.safetensors
  run "$ONSET" eval -m m/2k-s1 -t copy -L 8 --db e.db
  [ "$status" = 5 ]
  [[ "$output" == *"model.safetensors"* ]]
  run "$ONSET" train tiny.yaml -o m
  [ "$status" = 0 ]
  [[ "$output" == *"written again"* ]]
  "$ONSET" eval -m m/2k-s1 -t copy -L 8 --db e.db -q
  echo '{' >m/5k-s1/config.json
  run "$ONSET" eval -m m/5k-s1 -t copy -L 8 --db e.db
  [ "$status" = 5 ]
  [[ "$output" == *"config.json"* ]]
}

@test "a directory in use: exit 9; a lock left by a kill is none" {
  tiny_ladder
  sed -i 's/tokens: 6k/tokens: 30M/' tiny.yaml
  setsid "$ONSET" train tiny.yaml -o out -q & p=$!
  sleep 0.5
  run "$ONSET" train tiny.yaml -o out
  [ "$status" = 9 ]
  [[ "$output" == *"another onset works in this directory"* ]]
  kill -9 $p; wait $p || true
  setsid "$ONSET" train tiny.yaml -o out -q & p=$!
  sleep 0.5
  kill -0 $p
  kill -9 $p; wait $p || true
}

@test "a disk that is full: a clear error, and what was done stays usable" {
  tiny_ladder
  run bash -c "ulimit -f 8; trap '' XFSZ; '$ONSET' train tiny.yaml -o out"
  [ "$status" = 4 ]
  [[ "$output" == *"cannot write"* ]]
  "$ONSET" train tiny.yaml -o out -q
  "$ONSET" train tiny.yaml -o fresh -q
  files_of out >a; files_of fresh >b
  cmp a b
}

@test "a read-only directory" {
  [ "$(id -u)" != 0 ] || skip "root writes anywhere"
  mkdir ro && chmod 555 ro
  tiny_ladder
  run "$ONSET" train tiny.yaml -o ro/out
  [ "$status" = 4 ]
}

@test "Ctrl-C ends a command that waits for input" {
  s=$(date +%s%N)
  r=0; (sleep 5 | timeout -s INT 0.5 "$ONSET" verdict - >/dev/null 2>&1) & p=$!
  wait $p || r=$?
  [ $r != 0 ]
}

@test "responses that were tampered with are refused" {
  tiny_ladder
  "$ONSET" train tiny.yaml -o m -q
  "$ONSET" eval -m m/2k-s1 -t copy -L 8 --db e.db -q >/dev/null
  sqlite3 e.db "update response set token_logprobs = x''"
  run "$ONSET" eval -m m/2k-s1 -t copy -L 8 --db e.db
  [ "$status" = 5 ]
}

@test "--log-json: every line is an object" {
  "$ONSET" verdict --example >s.csv
  echo 'mine,bad,1e9,1e9,other,exact_match,100,half,0' >>s.csv
  "$ONSET" verdict s.csv --log-json >/dev/null 2>err || true
  [ -s err ]
  [ "$(grep -vc '^{.*}$' err)" = 0 ]
}

@test "a model that is not here: a published name is told how to be fetched" {
  run "$ONSET" eval -m some-owner/Model-1.5B -t copy --db e.db
  [ "$status" = 4 ]
  [[ "$output" == *"some-owner/Model-1.5B"*"huggingface-cli download some-owner/Model-1.5B --local-dir Model-1.5B"*"-m Model-1.5B"* ]]
  [ "$(wc -l <<<"$output")" = 1 ]
  [ ! -e e.db ]
  mkdir models
  for m in models/9k-s1 ./some/where /no/where nowhere some-owner/a/b; do
    run "$ONSET" eval -m "$m" -t copy --db e.db
    [ "$status" = 4 ]
    [[ "$output" == *"no such checkpoint directory"*"$m"* && "$output" != *huggingface* ]]
  done
  touch file
  run "$ONSET" eval -m file -t copy --db e.db
  [ "$status" = 4 ]
}
