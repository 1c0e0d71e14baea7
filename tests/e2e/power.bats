load helper

@test "power: probabilities of the verdicts, the same for any number of threads" {
  "$ONSET" power --studies 20 --no-search --rise 0.8 --json --threads 1 >a
  "$ONSET" power --studies 20 --no-search --rise 0.8 --json --threads 2 >b
  cmp a b
  grep -q '"design":{"scales":8,"seeds":1,"items":200,.*"power":.*"emergent":' a
  run "$ONSET" power --studies 20 --rise 0.8
  [ "$status" = 0 ]
  [[ "$output" == *"emergent"*"Fewest models:"* ]]
}

@test "power: a slow rise is said to be no jump; bad values say what is allowed" {
  run "$ONSET" power --studies 10 --width 3
  [ "$status" = 0 ]
  [[ "$output" == *"false alarm"* ]]
  for words in '--rise 1.5' '--chance 1' '--scales 3' '--seeds 0' '--scatter 1' 'here'; do
    run "$ONSET" power $words
    [ "$status" = 2 ]
  done
  run "$ONSET" power --scales 32 --seeds 24
  [ "$status" = 6 ]
}
