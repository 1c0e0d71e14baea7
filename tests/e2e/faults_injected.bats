# Memory, disk, clock, power, signals: one fault after the other. ONS_FAULTS=all (label slow) takes
# every place, else a sample. RUN is the whole command; TRAIN is its first part alone.
load helper

setup_file() {
  export RUN="$ONSET run -q --threads 1" SHIM="$ONS_TOOLS/ons_fault_shim.so"
  export TRAIN="$ONSET train"
  [ -e "$SHIM" ] || { echo "no fault shim at $SHIM: this build must have one"; return 1; }
}

# Two sizes, three skills (one from a file), 2,000 tokens, few questions: a study in some 30 ms.
fault_ladder() {
  for i in 1 2 3 4; do
    printf '{"skill":"next","prompt":"n:%d=","answer":"%d","split":"%s"}\n' $i $((i + 1)) \
      $([ $i -lt 3 ] && echo train || echo test)
  done >"$BATS_TEST_TMPDIR/fault.jsonl"
  cat >"$BATS_TEST_TMPDIR/fault.yaml" <<'YAML'
ladder: fault
family: fault
sizes: [{width: 8, head_dim: 4}, {width: 12, head_dim: 4}]
layers: 1
tokens: 2000
seeds: [1]
batch: 256
optimizer: {name: muon, rate: 0.006, momentum: 0.95, embedding_rate: 0.05}
skills: {copy: 1, digit_sum_steps: 1, next: 1}
skills_file: fault.jsonl
evaluate: {items: 4}
YAML
  LADDER="$BATS_TEST_TMPDIR/fault.yaml"
}

all() { [ "${ONS_FAULTS:-}" = all ]; }

# faults KIND FIRST EXTRA COMMAND…: what was not borne is printed, and fails the test.
faults() {
  local kind=$1 first=$2 extra=$3; shift 3
  "$ONS_TOOLS/faults" "$SHIM" "$BATS_TEST_TMPDIR/scratch" "$kind" "$first" "$extra" 1 -- "$@" >told || {
    cat told; return 1; }
  tail -n 2 told | paste -sd' ' | sed 's/^/# /' >&3
}

powercut() {
  "$ONS_TOOLS/powercut" "$SHIM" "$BATS_TEST_TMPDIR/scratch" "$1" "$2" 1 -- $RUN "$LADDER" -o out >told || {
    cat told; return 1; }
  tail -n 2 told | paste -sd' ' | sed 's/^/# /' >&3
}

@test "memory: allocation n fails" {
  fault_ladder
  if all; then
    faults alloc 2000 200 $TRAIN "$LADDER" -q -o out --threads 1
    faults alloc 2000 200 $RUN "$LADDER" -o out
  else
    faults alloc 0 40 $TRAIN "$LADDER" -q -o out --threads 1
    faults alloc 0 60 $RUN "$LADDER" -o out
  fi
}

@test "disk: write n, sync n, rename n, open n fails" {
  fault_ladder
  for kind in write:ENOSPC write:EIO write+:ENOSPC sync sync+ rename open; do
    if all; then
      faults $kind 2000 200 $RUN "$LADDER" -o out
      faults $kind 2000 200 $TRAIN "$LADDER" -q -o out --threads 1
    else
      faults $kind 0 8 $RUN "$LADDER" -o out
    fi
  done
}

@test "several processes: allocation n, write n, sync n, open n fails in each" {
  fault_ladder
  n=6; ! all || n=200
  for kind in alloc write:ENOSPC sync open; do
    faults $kind 0 $n $RUN --workers 2 "$LADDER" -o out
  done
}

@test "the clock jumps: the same bytes" {
  fault_ladder
  for kind in clock:3600 clock:-7200; do
    if all; then faults $kind 2000 0 $RUN "$LADDER" -o out; else faults $kind 0 4 $RUN "$LADDER" -o out; fi
  done
}

@test "power cut: the disk keeps only what was synced" {
  fault_ladder
  if all; then powercut synced 0; else powercut synced 25; fi
}

@test "power cut: the disk keeps all, or half of the last write" {
  fault_ladder
  if all; then powercut kept 0; powercut torn 0; else powercut kept 25; powercut torn 15; fi
}

@test "kill -9 at random moments: the same bytes" {
  fault_ladder
  n=10; ! all || n=300
  sed -i 's/tokens: 2000/tokens: 60000/' "$LADDER"
  $TRAIN "$LADDER" -q -o want
  files_of want >a
  RANDOM=1
  killed=0
  while [ $killed -lt $n ]; do
    $TRAIN "$LADDER" -q -o out & p=$!
    sleep 0.0$((RANDOM % 8))$((RANDOM % 10))
    kill -9 $p 2>/dev/null || true
    r=0; wait $p 2>/dev/null || r=$?
    if [ $r = 0 ]; then files_of out >b; cmp a b; rm -rf out; else killed=$((killed + 1)); fi
  done
  $TRAIN "$LADDER" -q -o out
  files_of out >b
  cmp a b
}

@test "one flipped bit in any file of a checkpoint: found, and written as it was" {
  fault_ladder
  n=12; ! all || n=300
  $TRAIN "$LADDER" -q -o out
  files_of out >a
  RANDOM=1
  for ((i = 0; i < n; i++)); do
    files=(out/*/*)
    f=${files[i % ${#files[@]}]}
    at=$(((RANDOM * 32768 + RANDOM) % $(stat -c %s "$f")))
    old=$(od -An -tu1 -j$at -N1 "$f")
    printf "$(printf '\\x%02x' $((old ^ 1 << RANDOM % 8)))" | dd of="$f" bs=1 seek=$at conv=notrunc status=none
    $TRAIN "$LADDER" -o out 2>err || { echo "$f byte $at"; cat err; return 1; }
    grep -q "warning: .*written again" err
    files_of out >b
    cmp a b || { echo "$f byte $at"; return 1; }
  done
}

@test "SIGTERM, SIGHUP, SIGINT: 130, and the same command goes on" {
  fault_ladder
  sed -i 's/tokens: 2000/tokens: 3M/' "$LADDER"
  for signal in TERM HUP INT; do
    setsid $TRAIN "$LADDER" -q -o out --threads 2 2>err & p=$!
    for _ in $(seq 100); do [ ! -d out/3k-s1 ] || break; sleep 0.01; done
    sleep 0.1
    kill -$signal $p
    r=0; wait $p || r=$?
    [ $r = 130 ]
    grep -q "interrupted: stopped after step" err
  done
  [ -s out/3k-s1/trainer.state ]
  setsid $TRAIN "$LADDER" -o out --log-json --threads 2 2>log & p=$!
  sleep 0.3
  kill -TERM $p
  wait $p || true
  grep -q 'taken up again' log
}

@test "nohup: a hangup does not stop it" {
  fault_ladder
  sed -i 's/tokens: 2000/tokens: 1M/' "$LADDER"
  nohup $TRAIN "$LADDER" -q -o out >/dev/null 2>&1 & p=$!
  sleep 0.2
  kill -HUP $p
  wait $p
}

@test "the terminal is gone: closed descriptors, a closed pipe, a full device" {
  fault_ladder
  $TRAIN "$LADDER" -q -o want
  files_of want >a
  $TRAIN "$LADDER" -o out <&- >&- 2>&-
  files_of out >b; cmp a b; rm -rf out
  # Each event is a line on a pipe that nobody reads.
  mkfifo pipe
  sleep 9 <pipe & reader=$!
  exec 9>pipe
  kill $reader; wait $reader || true
  $TRAIN "$LADDER" --log-json -o out >&9 2>&9
  exec 9>&-
  files_of out >b; cmp a b; rm -rf out
  $TRAIN "$LADDER" --log-json -o out 2>/dev/full
  files_of out >b; cmp a b
  # Results that cannot be delivered are an error, not a signal and not a success.
  r=0; "$ONSET" ls skills >&- 2>err || r=$?
  [ $r = 4 ]
  grep -q "standard output" err
}
