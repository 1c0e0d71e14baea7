load helper

# A hundred lines of a skill that is learned in no time: twice a digit of a place, split by hash.
own_skills() {
  for i in $(seq 10 109); do
    printf '{"skill":"last_digit","prompt":"l:%d=","answer":"%d"}\n' "$i" $((i % 10))
  done >my.jsonl
  tiny_ladder
  sed -i 's/^skills: .*/skills: {last_digit: 2, copy: 1}\nskills_file: my.jsonl/; s/tokens: 6k/tokens: 20k/' tiny.yaml
}

@test "a skill of one's own: trained, asked, decided" {
  own_skills
  "$ONSET" train tiny.yaml -o out -q
  for m in out/*/; do
    "$ONSET" eval -m "$m" -t last_digit,copy --skills my.jsonl -L 32 --db out/onset.db -q >/dev/null
  done
  grep -q '"last_digit":2' out/5k-s1/onset.json
  n=$(sqlite3 out/onset.db "select n_items from task where name = 'last_digit'")
  [ "$n" -gt 4 ] && [ "$n" -lt 25 ]
  run "$ONSET" verdict out/onset.db --json
  [ "$status" = 0 ]
  [[ "$output" == *'"task":"last_digit"'*'"verdict":"'* ]]
  "$ONSET" report out/onset.db -o page.html
  grep -q "a skill of the user&#39;s own: l:[0-9]*=[0-9]\|a skill of the user.*s own: l:" page.html
  # the same question to a small and a large model, though nobody reads the file again
  sed -n '/id="series-last-digit-exact-match/,/<\/section>/p' page.html >section
  grep -q 'One question' section
  grep -q '<span class="asked">l:[0-9]*=</span>' section
  rm my.jsonl # decided already, and the recipe in the store names it: nobody looks
  "$ONSET" report out/onset.db -o again.html
  cmp page.html again.html
}

@test "what it knows is what was taught: right answers above chance at the larger size" {
  own_skills
  sed -i 's/tokens: 20k/tokens: 150k/' tiny.yaml
  "$ONSET" train tiny.yaml -o out -q
  "$ONSET" eval -m out/5k-s1 -t last_digit --skills my.jsonl --json --db s.db -q >x
  score=$(grep exact_match x | sed 's/.*"score":\([0-9.e-]*\).*/\1/')
  chance=$(grep exact_match x | sed 's/.*"random_baseline":\([0-9.e-]*\).*/\1/')
  echo "score $score chance $chance"
  awk -v s="$score" -v c="$chance" 'BEGIN { exit !(s > .9 && c > 0 && c < .5) }'
}

@test "another line is another recipe; more models of the same file go on" {
  own_skills
  "$ONSET" train tiny.yaml -o out -q
  files_of out >a
  "$ONSET" train tiny.yaml -o out -q
  files_of out >b
  cmp a b
  sed -i '$s/"answer":"9"/"answer":"8"/' my.jsonl
  run "$ONSET" train tiny.yaml -o out
  [ "$status" = 10 ]
  [[ "$output" == *recipe* ]]
}

@test "beside the ladder file, from wherever it is called" {
  own_skills
  mkdir sub; mv my.jsonl tiny.yaml sub
  "$ONSET" train sub/tiny.yaml -o a -q
  (cd sub && "$ONSET" train tiny.yaml -o ../b -q)
  files_of a >x; files_of b >y
  cmp x y
}

@test "kill -9 and Ctrl-C in a study, then the same bytes as undisturbed" {
  own_skills
  sed -i 's/tokens: 20k/tokens: 80k/' tiny.yaml
  "$ONSET" run tiny.yaml -o whole -q
  for signal in KILL INT KILL TERM; do
    setsid "$ONSET" run tiny.yaml -o cut -q & p=$!
    sleep 0.3
    kill -$signal $p 2>/dev/null || true
    wait $p || true
  done
  "$ONSET" run tiny.yaml -o cut -q
  files_of whole >a; files_of cut >b
  cmp a b
  for t in study model task response score series verdict; do
    cmp <(sqlite3 whole/onset.db "select * from $t order by 1, 2") \
      <(sqlite3 cut/onset.db "select * from $t order by 1, 2")
  done
  sqlite3 whole/onset.db 'select distinct task from verdict' | grep -q last_digit
}

@test "ls skills lists them after the built-in ones, and checks the file" {
  own_skills
  [ "$("$ONSET" ls skills --skills my.jsonl --json | wc -l)" = 19 ]
  run "$ONSET" ls skills --skills my.jsonl
  [[ "${lines[-1]}" == "last_digit "*l:[0-9]*=[0-9]*"0."* ]]
  "$ONSET" ls skills --skills - --json <my.jsonl | tail -1 | grep -q '"skill":"last_digit"'
  echo '{"skill":"copy","prompt":"x","answer":"y"}' >>my.jsonl
  run "$ONSET" ls skills --skills my.jsonl
  [ "$status" = 5 ]
  [[ "$output" == *"'copy' is built in"*my.jsonl:101*my_copy* ]]
}

@test "every skill has an example: a question, an answer" {
  n=$("$ONSET" ls skills --json | grep -c '"example":"[^"]*[=?][^"]*","chance":[0-9.]*,"about":"..*"}$')
  [ "$n" = 18 ]
}

@test "mistakes are named with their place" {
  own_skills
  cp my.jsonl good
  while IFS='|' read -r line place words; do
    { cat good; printf '%s\n' "$line"; } >my.jsonl
    run "$ONSET" train tiny.yaml -o out
    [ "$status" = 5 ]
    [[ "$output" == *"$words"*"my.jsonl:$place"* ]] || { echo "$output"; false; }
  done <<'CASES'
{"skill":"last_digit","prompt":"é","answer":"1"}|101|printable ASCII only
{"skill":"last_digit","promt":"1","answer":"1"}|101|'promt' is not one of
{"skill":"more","prompt":"1","answer":"1","split":"train"}|101|1 items of train and 0 of test
{"skill":"last_digit","prompt":"l:10=","answer":"0","split":"test"}|101|line 1
{not json|101|
CASES
  cp good my.jsonl
  run "$ONSET" eval -m nowhere -t last_digitt --skills my.jsonl
  [ "$status" = 2 ]
  [[ "$output" == *"no task 'last_digitt'"*"try: last_digit"* ]]
  run "$ONSET" eval -m nowhere -t last_digit
  [ "$status" = 2 ]
  [[ "$output" == *"no task 'last_digit'"* ]]
  rm my.jsonl
  run "$ONSET" train tiny.yaml -o out
  [ "$status" = 4 ]
  [[ "$output" == *my.jsonl*tiny.yaml* ]]
}

@test "the example is what its first lines say" {
  e=$ONS_SOURCE_DIR/examples
  head -1 "$e/own-skills.yaml" | grep -q "$(wc -l <"$e/my_skills.jsonl") lines"
  "$ONSET" ls skills --skills "$e/my_skills.jsonl" --json | grep -q '"skill":"parity".*"chance":0.5'
  sed 's/tokens: .*/tokens: 2k/' "$e/own-skills.yaml" >quick.yaml
  cp "$e/my_skills.jsonl" .
  "$ONSET" train quick.yaml -o out -q
  [ "$(ls -d out/*/ | wc -l)" = 10 ]
}
