load helper

small_study() {
  tiny_ladder
  "$ONSET" train tiny.yaml -o s/models -q
  for m in s/models/*; do "$ONSET" eval -m "$m" -t copy,digit_sum_steps -L 32 -o s -q >/dev/null; done
}

@test "a page from a store: self-contained, the same bytes again, a section per series" {
  small_study
  "$ONSET" report s/onset.db -o a.html -q
  "$ONSET" report s -o b.html -q
  cmp a.html b.html
  [ "$(grep -c '<script' a.html)" = 0 ]
  n=$("$ONSET" verdict s --json | wc -l)
  [ "$(grep -o 'id="series-' a.html | wc -l)" = "$n" ]
}

@test "--text in 80 columns, plain without UTF-8" {
  small_study
  COLUMNS=80 "$ONSET" report s/onset.db --text >t
  [ "$(awk '{ if (length($0) > 100) n++ } END { print n + 0 }' t)" = 0 ]
  LC_ALL=C "$ONSET" report s/onset.db --text >u
  [ "$(LC_ALL=C grep -c '[^ -~]' u)" = 0 ]
}

@test "ls models shows the scale" {
  small_study
  run "$ONSET" ls models --db s/onset.db
  [ "$status" = 0 ]
  [[ "$output" == *2k-s1*5k-s2* ]]
}
