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

@test "man pages are valid mdoc" {
  command -v mandoc || skip "mandoc is not installed"
  for c in '' $("$ONSET" --help | awk '/^  [a-z]/ { print $1 }' | grep -v onset); do
    "$ONSET" help $c --man >page.1
    run mandoc -Tlint -W error page.1
    [ "$status" = 0 ] || { echo "$c: $output"; false; }
  done
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
