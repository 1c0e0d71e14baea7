# onset run: a whole study from a file.
load helper

tiny_study() {
  tiny_ladder
  cat >study.yaml <<'YAML'
study: "two ladders, one question"
train: tiny.yaml
models:
- {glob: "other/models/*"}   # of another recipe
- {path: other/models/2k-s1}
tasks: [copy]
limit: 16
seed: 7
axis: params
w0: 0.75
YAML
}

# Another family, in other/models.
other_ladder() {
  tiny_ladder other.yaml
  sed -i 's/tiny/other/; s/rate: 0.006/rate: 0.02/' other.yaml
  "$ONSET" train other.yaml -o other/models -q
}

@test "a ladder file: trained, asked, decided, drawn; again it is the same bytes and rows" {
  tiny_ladder
  run "$ONSET" run tiny.yaml
  [ "$status" = 0 ]
  [[ "$output" == *"report: tiny/report.html"* ]]
  [ -s tiny/models/2k-s1/model.safetensors ]
  grep -q 'onset run tiny.yaml' tiny/report.html
  files_of tiny >a; rows_of tiny/onset.db >b
  "$ONSET" run tiny.yaml -q >/dev/null
  files_of tiny >c; rows_of tiny/onset.db >d
  cmp a c; cmp b d
  "$ONSET" run ./tiny.yaml -o elsewhere -q --threads 1 >/dev/null
  files_of elsewhere >c; rows_of elsewhere/onset.db >d
  cmp a c; cmp b d
}

@test "the plan comes first: what is to be done, how much of it is, how long" {
  tiny_ladder
  "$ONSET" run tiny.yaml 2>err >/dev/null
  [[ "$(head -1 err)" == "plan: train 4 models (24000 tokens, "*" FLOPs), ask 4 models 2 tasks: 400 questions ("*" tokens, "*" FLOPs); "*" MB of memory; about a second" ]]
  sqlite3 tiny/onset.db "delete from score; delete from response where item < 8"
  sed -i 's/seeds: .*/seeds: [1, 2, 3]/' tiny.yaml
  "$ONSET" run tiny.yaml 2>err >/dev/null
  [[ "$(head -1 err)" == "plan: train 6 models (4 are done; "*": 600 questions ("[1-9]*" are answered; "* ]]
  "$ONSET" run tiny.yaml --log-json 2>err >/dev/null
  head -1 err | grep -q '"event":"info","text":"plan: .*; nothing is left to compute"'
}

@test "a study file: trains and takes models, asks what it says, decides as it says" {
  tiny_study
  other_ladder
  mkdir sub && cd sub # its paths stand beside it
  "$ONSET" run ../study.yaml --json -q >out
  [ "$(grep -c '"axis":"params","w0":0.75' out)" = "$(wc -l <out)" ]
  [ "$(sqlite3 study/onset.db 'select count(*) from model')" = 8 ]
  [ "$(sqlite3 study/onset.db 'select group_concat(name) from task')" = copy ]
  [ "$(sqlite3 study/onset.db 'select distinct n_items from score')" = 16.0 ]
  [ "$(sqlite3 study/onset.db 'select name from study')" = "two ladders, one question" ]
  # The store says how it is decided: the page and the verdicts come out the same from it alone.
  "$ONSET" verdict study --json >again
  cmp out again
  "$ONSET" report study -o again.html -q
  diff <(sed 's/onset run study.yaml/COMMAND/' study/report.html) \
    <(sed 's/onset report onset.db/COMMAND/' again.html)
  "$ONSET" verdict study --json --seed 7 >seven
  cmp out seven
}

@test "models alone: nothing is trained" {
  other_ladder
  printf 'study: given\nmodels: [{glob: "other/models/*"}]\ntasks: [copy, digit_sum]\nlimit: 8\n' >given.yml
  "$ONSET" run given.yml -q >/dev/null
  [ ! -e given/models ]
  [ "$(sqlite3 given/onset.db 'select count(*) from score')" = 16 ]
  [ -s given/report.html ]
}

@test "kill -9 and Ctrl-C, then the same bytes and rows as undisturbed" {
  tiny_ladder
  sed -i 's/tokens: 6k/tokens: 200k/; s/items: 32/items: 256/' tiny.yaml
  "$ONSET" run tiny.yaml -o whole -q >/dev/null
  for signal in KILL INT KILL TERM KILL; do
    setsid "$ONSET" run tiny.yaml -o cut -q >/dev/null & p=$!
    sleep 0.4
    kill -$signal $p 2>/dev/null || true
    r=0; wait $p || r=$?
    [[ $r = 0 || $r = 137 || $r = 130 ]]
  done
  "$ONSET" run tiny.yaml -o cut -q >/dev/null
  files_of whole >a; files_of cut >b; cmp a b
  rows_of whole/onset.db >a; rows_of cut/onset.db >b; cmp a b
}

# refused CODE PATTERN…: what study.yaml says is refused so; nothing is made.
refused() {
  run "$ONSET" run study.yaml -o x
  [ "$status" = "$1" ] || { echo "$output"; return 1; }
  [ "$(wc -l <<<"$output")" = 1 ] && [ ! -e x ] || { echo "$output"; return 1; }
  shift
  local p
  for p; do [[ "$output" == *"$p"* ]] || { echo "$output lacks $p"; return 1; }; done
}

@test "what this version cannot do is refused by name and line; typos name the nearest key" {
  tiny_study
  cp study.yaml good.yaml
  sed -i 's/{path: [^}]*}/{path: m.gguf}/; /glob/d' study.yaml
  refused 7 study.yaml:4: 'GGUF'
  for key in 'endpoint: http://host/v1#m' 'path: tiny, family: F' 'path: tiny, tokens: 2T'; do
    printf 'study: s\nmodels:\n- {%s}\ntasks: [copy]\n' "$key" >study.yaml
    word=${key##*, }
    refused 7 study.yaml:3: "${word%%:*}: this version"
  done
  for key in 'models_table: t.csv' 'include_path: [d]' 'prompts: {few: {shots: 5}}'; do
    printf 'study: s\ntrain: tiny.yaml\n%s\n' "$key" >study.yaml
    refused 7 study.yaml:3:1 "${key%%:*}: this version"
  done
  printf 'study: s\ntrain: tiny.yaml\nlimits: 3\n' >study.yaml
  refused 5 study.yaml:3:1 "no key 'limits'; the nearest is 'limit'"
  printf 'sutdy: s\ntrain: tiny.yaml\n' >study.yaml
  refused 5 study.yaml:1:1 "nearest is 'study'"
  printf 'study: s\ntrain: tiny.yaml\ntasks: [cpoy]\n' >study.yaml
  refused 5 study.yaml:3: "no task 'cpoy'" 'try: copy'
  printf 'study: s\ntrain: tiny.yaml\ntasks: [copy, copy]\n' >study.yaml
  refused 5 study.yaml:3: 'stands twice'
  printf 'study: s\ntrain: nowhere.yaml\n' >study.yaml
  refused 4 study.yaml:2: nowhere.yaml
  printf 'study: s\nmodels: [{path: nowhere}]\ntasks: [copy]\n' >study.yaml
  refused 4 study.yaml:2: nowhere
  mkdir -p half
  printf 'study: s\nmodels: [{path: half}]\ntasks: [copy]\n' >study.yaml
  refused 7 study.yaml:2: 'no onset.json'
  printf 'study: s\nmodels: [{glob: "ha*"}]\ntasks: [copy]\n' >study.yaml
  refused 4 study.yaml:2: 'no finished checkpoint' '1 other name'
  printf 'study: s\nmodels: [{glob: "ha*", path: half}]\ntasks: [copy]\n' >study.yaml
  refused 5 study.yaml:2: 'either a path or a glob'
  printf 'study: s\ntasks: [copy]\n' >study.yaml
  refused 5 study.yaml:1: "'train'" "'models'"
  printf 'study: s\ntrain: tiny.yaml\naxis: furlongs\n' >study.yaml
  refused 5 study.yaml:3: 'auto, flops, params, tokens, loss'
  sed -i 's/seeds/sedes/' tiny.yaml
  printf 'study: s\ntrain: tiny.yaml\n' >study.yaml
  refused 5 tiny.yaml:6:1 "nearest is 'seeds'"
}

@test "another study in the same directory is refused; the same name goes on" {
  tiny_ladder
  "$ONSET" run tiny.yaml -o out -q >/dev/null
  sed 's/ladder: tiny/ladder: large/' tiny.yaml >large.yaml
  run "$ONSET" run large.yaml -o out
  [ "$status" = 10 ]
  [[ "$output" == *"'tiny'"*"'large'"*"-o"* ]]
  sed -i 's/seeds: \[1, 2\]/seeds: [1, 2, 3]/' tiny.yaml
  "$ONSET" run tiny.yaml -o out -q >/dev/null
  [ "$(sqlite3 out/onset.db 'select count(*) from model')" = 6 ]
}

@test "a directory in use: exit 9" {
  tiny_ladder
  sed -i 's/tokens: 6k/tokens: 30M/' tiny.yaml
  setsid "$ONSET" run tiny.yaml -o out -q >/dev/null & p=$!
  for _ in $(seq 100); do [ ! -d out/models/2k-s1 ] || break; sleep 0.02; done
  run "$ONSET" run tiny.yaml -o out
  kill -9 $p; wait $p || true
  [ "$status" = 9 ]
  [[ "$output" == *"another onset works in this directory"* ]]
}

@test "the plan counts the runs of a sweep; several workers leave it to the first process" {
  tiny_ladder
  echo 'sweep: {rate: [0.003, 0.006], widths: [8], tokens: 2k}' >>tiny.yaml
  "$ONSET" run tiny.yaml --workers 2 2>err >out
  [[ "$(head -1 err)" == "plan: sweep 2 runs (4000 tokens, "*" FLOPs), train 4 models ("*"; "*" MB of memory; about "* ]]
  [ "$(ls tiny/sweep | wc -l)" = 2 ]
  grep -q 'learning-rate sweep' out
  "$ONSET" run tiny.yaml 2>err >/dev/null
  [[ "$(head -1 err)" == "plan: sweep 2 runs (2 are done; "*"; nothing is left to compute" ]]
}
