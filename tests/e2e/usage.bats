load helper

@test "no command: help on stderr, exit 2" {
  run "$ONSET"
  [ "$status" = 2 ]
  [[ "$output" == *"usage: onset COMMAND"* ]]
}

@test "a misspelt command names the nearest" {
  run "$ONSET" verdit
  [ "$status" = 2 ]
  [[ "$output" == *"no command 'verdit'"*"onset verdict"* ]]
}

@test "a misspelt option names the nearest" {
  run "$ONSET" verdict --axes flops x.csv
  [ "$status" = 2 ]
  [[ "$output" == *"no option '--axes'"*"--axis"* ]]
}

@test "a bad value says what is allowed" {
  run "$ONSET" verdict --axis furlongs x.csv
  [ "$status" = 2 ]
  [[ "$output" == *"furlongs"*"flops, params, tokens, loss, auto"* || "$output" == *"allowed"*"flops"* ]]
}

@test "--help of every command has usage, options and examples" {
  for c in $("$ONSET" --help | awk '/^  [a-z]/ { print $1 }' | grep -v onset); do
    run "$ONSET" "$c" --help
    [ "$status" = 0 ]
    [[ "$output" == *"usage: onset $c"*"options:"*"examples:"* ]]
  done
}

@test "man pages are valid mdoc, without a warning" {
  command -v mandoc || skip "mandoc is not installed"
  for c in '' $("$ONSET" --help | awk '/^  [a-z]/ { print $1 }' | grep -v onset); do
    "$ONSET" help $c --man >page.1
    run bash -c "mandoc -Tlint -W style page.1 | grep -v 'referenced manual not found'"
    [ -z "$output" ] || { echo "$c: $output"; false; }
    for section in NAME SYNOPSIS DESCRIPTION 'EXIT STATUS' 'SEE ALSO'; do grep -q "^.Sh $section$" page.1; done
  done
  "$ONSET" help --man | grep -q 'NO_COLOR'
}

@test "help is whole, however long its paragraphs are, and names no option twice" {
  for c in $("$ONSET" --help | awk '/^  [a-z]/ { print $1 }' | grep -v onset); do
    "$ONSET" help "$c" >text
    # What it is about and its own options say the same words in both.
    sed -n '/^examples:/q; /^$/,/^      --threads /p' text | sed -E '/^      --threads /d; s/^  (    |-., )--[a-z0-9-]+( [^ ]+)?//' |
      grep -vx 'options:' | tr -s ' ' '\n' | grep . >words
    "$ONSET" help "$c" --man | sed -n '/^[.]Sh DESCRIPTION/,/^[.]El/p' | grep -v '^[.]' |
      grep -vx -e 'The options are:' -e 'Options of every command stand in' | sed 's/\\&//g; s/\\-/-/g; s/\\e/\\/g' | tr -s ' ' '\n' | grep . >man
    [ "$(wc -l <words)" -gt 5 ]
    diff words man || { echo "$c"; false; }
    [ -z "$(grep -oE '^  (    |-., )--[a-z0-9-]+' text | sort | uniq -d)" ]
    [ "$(wc -L <text)" -le 80 ] || grep -q '^  onset .\{70\}' text
  done
  "$ONSET" help import | grep -q 'the metric check needs\.$'
}

# What bash would offer for the last of the words.
offer() {
  (
    source complete.bash
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _onset
    printf '%s\n' "${COMPREPLY[@]}"
  )
}

@test "completion: commands, options with their values, first arguments, folders; sourced in bash" {
  "$ONSET" help --completion >complete.bash
  bash -n complete.bash
  for c in $("$ONSET" --help | awk '/^  [a-z]/ { print $1 }' | grep -v onset); do
    offer onset "" | grep -qx "$c"
    for o in $("$ONSET" "$c" --help | sed -n '/^options:/,/^examples:/p' | grep -oE '^  (    |-., )--[a-z0-9-]+' | grep -oE -- '-.*' | tr -d ,); do
      offer onset "$c" - | grep -qx -- "$o" || { echo "$c $o"; false; }
    done
  done
  [ "$(offer onset ver)" = verdict ]
  [ "$(offer onset verdict --axis pa)" = params ]
  [ "$(offer onset verdict --axis = to)" = tokens ]
  [ "$(offer onset run --color n)" = never ]
  [ "$(offer onset eval -t digit_sum_)" = digit_sum_steps ]
  [ "$(offer onset ls mo)" = models ]
  [ "$(offer onset import big)" = bigbench ]
  [ "$(offer onset help ver)" = verdict ]
  [ "$(offer onset export lm)" = lm-eval ]
  mkdir -p models/28k-s1
  touch models/28k.csv
  [ "$(offer onset eval -m models/28k)" = models/28k-s1 ]
  [ -z "$(offer onset verdict models/28)" ] # files: what bash offers by itself
  [ -z "$(offer onset demo --seeds '')" ]
}

@test "--version and -h" {
  run "$ONSET" --version
  [ "$status" = 0 ]
  [[ "$output" == onset\ [0-9]* ]]
  run "$ONSET" -h
  [ "$status" = 0 ]
}

@test "a full standard output is a failed command" {
  [ -w /dev/full ] || skip "no /dev/full"
  run bash -c "'$ONSET' --help >/dev/full"
  [ "$status" = 4 ]
}

@test "wrong use is answered with a way on, whoever notices it" {
  for words in 'verdict' 'verdict --axis furlongs x.csv' 'eval' 'eval -m a' 'train' 'train x.yaml' 'run' 'run a b' 'run -' 'report' \
    'report --rescore a b' 'report --csv --latex a' 'demo here' 'demo --seeds 99' 'ls' 'help a b'; do
    run "$ONSET" $words
    [ "$status" = 2 ]
    [[ "$output" == *"; try: onset ${words%% *} --help" ]] || { echo "$words: $output"; false; }
  done
  run "$ONSET" ls skilsl
  [[ "$output" == *"; try: onset ls skills" ]]
}
