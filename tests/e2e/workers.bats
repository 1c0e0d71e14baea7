# Several processes on one store: the same bytes as one.
load helper

# Four models of some tenths of a second each.
work_ladder() {
  tiny_ladder
  sed -i 's/tokens: 6k/tokens: 150k/; s/items: 32/items: 64/' tiny.yaml
}

one() { "$ONSET" run tiny.yaml -o one -q >one.out; files_of one >one.files; rows_of one/onset.db >one.rows; }

# same DIR: what one process leaves.
same() {
  files_of "$1" >files; rows_of "$1/onset.db" >rows
  cmp one.files files && cmp one.rows rows
  [ "$(sqlite3 "$1/onset.db" 'pragma integrity_check')" = ok ]
}

# workers_of PID: its children, once there are $2 of them.
workers_of() {
  local i found
  for i in $(seq 200); do
    found=$(cat "/proc/$1/task/$1/children")
    [ "$(wc -w <<<"$found")" -lt "$2" ] || { echo $found; return 0; }
    sleep 0.01
  done
  return 1
}

@test "three workers: the same bytes, rows and verdicts as one process" {
  work_ladder
  one
  "$ONSET" run tiny.yaml -o three --workers 3 -q >three.out
  same three
  diff one.out three.out
  [ "$(sqlite3 three/onset.db "select count(*) from work where state = 'done'")" = 4 ]
  [ "$(sqlite3 three/onset.db "select count(distinct substr(owner, 1, 1)) from work")" -ge 2 ]
  "$ONSET" run tiny.yaml -o three --workers 2 --threads 4 -q >/dev/null # finished: nothing changes
  same three
}

@test "kill -9 of one worker: another takes up its job, the same bytes" {
  work_ladder
  one
  setsid "$ONSET" run tiny.yaml -o out --workers 3 >/dev/null 2>err & p=$!
  set -- $(workers_of $p 3)
  sleep 0.2
  kill -9 "$2"
  wait $p
  cat err
  grep -q '^warning: worker [123] ended with signal 9; .*k-s[12] is given to another' err
  same out
}

@test "kill -9 of the command: its workers are gone at once, and the same command goes on" {
  work_ladder
  one
  for round in 1 2 3; do
    setsid "$ONSET" run tiny.yaml -o out --workers 3 -q >/dev/null & p=$!
    w=$(workers_of $p 3)
    sleep 0.1
    kill -9 $p; wait $p || true
    "$ONSET" run tiny.yaml -o other --workers 2 -q >/dev/null & q=$!
    sleep 0.2
    for pid in $w; do [ ! -d "/proc/$pid" ] || grep -q '^State:.*[ZX]' "/proc/$pid/status"; done
    wait $q
    rm -rf other
  done
  # At once: the lock is free as soon as they are.
  setsid "$ONSET" run tiny.yaml -o out --workers 3 -q >/dev/null & p=$!
  workers_of $p 3
  kill -9 $p; wait $p || true
  "$ONSET" run tiny.yaml -o out --workers 3 -q >/dev/null
  same out
}

@test "all workers killed: exit 8 and the reason; the same command goes on" {
  work_ladder
  one
  setsid "$ONSET" run tiny.yaml -o out --workers 2 >/dev/null 2>err & p=$!
  kill -9 $(workers_of $p 2)
  r=0; wait $p || r=$?
  [ $r = 8 ]
  grep -q 'error: 4 of 4 jobs are not done: worker [12] ended with signal 9; try: the same command' err
  "$ONSET" run tiny.yaml -o out --workers 2 -q >/dev/null
  same out
}

@test "Ctrl-C and SIGTERM: exit 130 within a second, no process is left, the same command goes on" {
  work_ladder
  one
  for signal in INT TERM HUP; do
    setsid "$ONSET" run tiny.yaml -o out --workers 3 -q >/dev/null 2>err & p=$!
    w=$(workers_of $p 3)
    # A terminal sends it to all of them.
    if [ $signal = INT ]; then kill -INT -- -$p; else kill -$signal $p; fi
    s=$(date +%s%N); r=0; wait $p || r=$?
    [ $r = 130 ]
    [ $((($(date +%s%N) - s) / 1000000)) -lt 1500 ]
    for pid in $w; do [ ! -d "/proc/$pid" ]; done
    grep -q 'interrupted: .*the same command again goes on from there' err
  done
  "$ONSET" run tiny.yaml -o out --workers 3 -q >/dev/null
  same out
}

@test "a directory in use: exit 9, with workers too" {
  work_ladder
  sed -i 's/tokens: 150k/tokens: 30M/' tiny.yaml
  setsid "$ONSET" run tiny.yaml -o out --workers 2 -q >/dev/null & p=$!
  workers_of $p 2
  run "$ONSET" run tiny.yaml -o out --workers 2
  kill -9 $p; wait $p || true
  [ "$status" = 9 ]
}

@test "a job that fails: its own reason, the others stop" {
  work_ladder
  sed -i 's/rate: 0.006/rate: 9/; s/muon/adamw/; s/momentum: 0.95, //' tiny.yaml
  mkdir -p out/models/2k-s1/trainer.state # a directory where a file must go
  run "$ONSET" run tiny.yaml -o out --workers 2 -q
  [ "$status" = 4 ]
  [[ "$output" == *trainer.state* ]]
}

@test "events of all workers: one display, one record" {
  work_ladder
  "$ONSET" run tiny.yaml -o out --workers 2 --log-json >/dev/null 2>log
  [ "$(grep -vc '^{.*}$' log)" = 0 ]
  for event in begin end; do [ "$(grep -c "\"event\":\"$event\"" log)" = 8 ]; done
  [ "$(sqlite3 out/onset.db "select count(*) from event where kind in ('begin', 'end')")" = 16 ]
  [ "$(grep -c '"event":"stage"' log)" = 3 ]
}

@test "the demo takes --workers; what is no number of processes is refused" {
  for n in 0 65 x; do
    run "$ONSET" demo --workers $n
    [ "$status" = 2 ]
    [[ "$output" == *"--workers is '$n', allowed whole numbers from 1 to 64"* ]]
  done
}
