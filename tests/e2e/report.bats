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
  [ "$(grep -c '<script' a.html)" = 1 ]
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

@test "--csv and --json say the same; -o takes them; one output in one call" {
  small_study
  "$ONSET" report s/onset.db --csv >v.csv
  "$ONSET" report s/onset.db --csv -o w.csv -q
  cmp v.csv w.csv
  "$ONSET" report s/onset.db --json -o v.json -q
  "$ONSET" verdict s --json | cmp - v.json
  [ $(($(wc -l <v.csv) - 1)) = "$(wc -l <v.json)" ]
  [ "$(head -1 v.csv | tr ',' '\n' | wc -l)" = 39 ]
  run "$ONSET" report s/onset.db --csv --json
  [ "$status" = 2 ]
  [[ "$output" == *"--json and --csv"* ]]
}

@test "--latex: a tabular" {
  small_study
  "$ONSET" report s/onset.db --latex >t.tex
  grep -q '^\\begin{tabular}' t.tex
  grep -q '^digit\\_sum\\_steps & ' t.tex
}

@test "--svg: each figure a file of its own, the same bytes again; no page unless asked for" {
  small_study
  "$ONSET" report s/onset.db --svg a -q
  "$ONSET" report s/onset.db --svg b -o page.html -q
  diff -r a b
  [ ! -e s/report.html ]
  [ -s page.html ]
  [ -s a/map.svg ]
  for f in a/*.svg; do
    grep -q 'xmlns="http://www.w3.org/2000/svg"' "$f"
    grep -q '<style>' "$f"
    [ "$(grep -c 'var(\|<a \|@media' "$f")" = 0 ]
  done
  n=$("$ONSET" verdict s --json | wc -l)
  [ "$(find a -name 'series-*.svg' ! -name '*--*' | wc -l)" = "$n" ]
}

@test "ls models shows the scale" {
  small_study
  run "$ONSET" ls models --db s/onset.db
  [ "$status" = 0 ]
  [[ "$output" == *2k-s1*5k-s2* ]]
}
