load helper

small_study() {
  tiny_ladder
  "$ONSET" train tiny.yaml -o s/models -q
  for m in s/models/*; do "$ONSET" eval -m "$m" -t copy,digit_sum_steps -L 32 -o s -q >/dev/null; done
}

# A page without the command that it names, which holds the name of the database.
nameless() { sed 's/<code>onset report [^<]*/<code>/' "$1"; }

@test "a page from a store: self-contained, the same bytes again, a section per series" {
  small_study
  "$ONSET" report s/onset.db -o a.html -q
  "$ONSET" report s -o b.html -q
  cmp a.html b.html
  [ "$(grep -c '<script' a.html)" = 1 ]
  n=$("$ONSET" verdict s --json | wc -l)
  [ "$(grep -o 'id="series-' a.html | wc -l)" = "$n" ]
}

@test "the heading is the family, how many there are, or the file" {
  "$ONSET" verdict --example >one.csv
  "$ONSET" report one.csv -o one.html -q
  grep -q '<h1>mine</h1>' one.html
  (cat one.csv; sed '1d; s/^mine/yours/' one.csv) >two.csv
  "$ONSET" report two.csv -o two.html -q
  grep -q '<h1>2 families</h1>' two.html
  head -1 one.csv >none.csv
  "$ONSET" report none.csv -o none.html -q
  grep -q '<h1>none</h1>' none.html
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
  cmp <("$ONSET" ls models --db s/onset.db) <("$ONSET" ls models s/onset.db)
  for a in 'skills nonsense' 'tasks s/onset.db' 'models s/onset.db --db s/onset.db'; do
    run "$ONSET" ls $a
    [ "$status" = 2 ]
  done
}

@test "a store: --pool is heeded, what only tables have is refused" {
  awk 'BEGIN { print "family,model,params,task,metric,n_items,score,random_baseline"
    for (f = 0; f < 2; f++) for (i = 0; i < 8; i++)
      printf("%s,m%d,%g,sort,exact_match,500,%g,0\n", substr("ab", f + 1, 1), i, 1e7 * 10 ^ (i / 2), (i >= 3) ? .8 : .002) }' >f.csv
  "$ONSET" import csv f.csv -o f.db -q
  cmp <("$ONSET" report f.db --pool --json) <("$ONSET" verdict f.db --pool --json)
  [ "$("$ONSET" report f.db --pool --json | wc -l)" = 1 ]
  [ "$("$ONSET" report f.db --json | wc -l)" = 2 ]
  for o in '--models nofile.csv' --strict; do
    run "$ONSET" report f.db $o --text
    [ "$status" = 2 ]
    [[ "$output" == *"${o%% *} is for tables and result files, 'f.db' is a database"* ]]
  done
}

@test "--rescore: a corrupted score is told and mended; with nothing to change, the same bytes" {
  small_study
  "$ONSET" report s/onset.db -o a.html -q
  rows_of s/onset.db >before
  run "$ONSET" report s/onset.db -o b.html --rescore
  [ "$status" = 0 ]
  [[ "$output" == *"rescored: 24 scores from their responses, 0 changed"* ]]
  cmp a.html b.html
  cmp before <(rows_of s/onset.db)
  sqlite3 s/onset.db "update score set score = .5 where model = '5k-s1' and task = 'copy' and metric = 'exact_match'"
  sqlite3 s/onset.db "delete from score where model = '2k-s2' and task = 'copy' and metric = 'logprob'"
  "$ONSET" report s/onset.db -o c.html -q
  run cmp -s a.html c.html
  [ "$status" = 1 ]
  run "$ONSET" report s/onset.db -o d.html --rescore
  [ "$status" = 0 ]
  [[ "$output" == *"24 scores from their responses, 2 changed"*"5k-s1, copy, exact_match: 0.5 was in the store, the responses give 0"* ]]
  [[ "$output" == *"2k-s2, copy, logprob: there was no score, it is -"* ]]
  cmp a.html d.html
  "$ONSET" report s/onset.db -o e.html --rescore -q
  cmp a.html e.html
  [ "$(sqlite3 s/onset.db 'select count(*) from verdict')" = "$("$ONSET" verdict s --json | wc -l)" ]
}

@test "--rescore: of responses that lack an item nothing is made; damaged items are named" {
  small_study
  sqlite3 s/onset.db "delete from response where id in (select id from response limit 1)"
  run "$ONSET" report s/onset.db -o a.html --rescore
  [ "$status" = 0 ]
  [[ "$output" == *"1 evaluations are not complete"* ]]
  sqlite3 s/onset.db "update item set target = 'x' where place = 3"
  run "$ONSET" report s/onset.db -o a.html --rescore
  [ "$status" = 5 ]
  [[ "$output" == *"are not those that were asked"* ]]
  sqlite3 s/onset.db "delete from item"
  "$ONSET" report s/onset.db -o a.html --rescore # built-in skills are made again
}

@test "--axis: as in verdict; several of them are views behind a switch" {
  small_study
  "$ONSET" report s/onset.db --axis params --json | grep -c '"axis":"params"' | grep -qx "$("$ONSET" verdict s --axis params --json | wc -l)"
  "$ONSET" report s/onset.db --axis flops,params -o a.html -q
  grep -q 'onset report onset.db --axis flops,params' a.html
  [ "$(grep -o 'id="series-' a.html | wc -l)" = "$("$ONSET" verdict s --axis flops,params --json | wc -l)" ]
  run "$ONSET" report s/onset.db --axis size
  [ "$status" = 2 ]
  [[ "$output" == *"--axis is 'size'"* ]]
}

@test "decided once: the page after verdict is the same bytes, whether decisions are kept, damaged or not writable" {
  "$ONSET" verdict --example >f.csv
  sed 's/two_digit_sums/other/; s/\.8/.4/' f.csv | tail -n +2 >>f.csv
  "$ONSET" import csv f.csv -o a.db -q
  cp a.db b.db
  "$ONSET" report a.db -o a.html -q
  [ "$(sqlite3 a.db 'select count(*) from decision')" = 2 ]
  [ ! -e a.db-wal ]
  "$ONSET" report a.db -o again.html -q
  "$ONSET" verdict b.db --json >b.json
  "$ONSET" report b.db -o b.html -q
  sqlite3 b.db "update decision set value = zeroblob(100)"
  "$ONSET" report b.db -o c.html -q
  "$ONSET" verdict b.db --json | cmp - b.json
  cmp a.html again.html
  for f in b c; do cmp <(nameless a.html) <(nameless $f.html); done
  sqlite3 b.db "delete from decision"
  cp b.db old.db
  sqlite3 old.db "drop table decision; pragma user_version = 6"
  v=$(sqlite3 b.db "pragma user_version")
  cp b.db last.db
  sqlite3 last.db "pragma user_version = $((v - 1))"
  last=$(sha256sum <last.db)
  "$ONSET" verdict last.db --json | cmp - b.json
  [ "$last" = "$(sha256sum <last.db)" ]
  sum=$(sha256sum <old.db)
  "$ONSET" report old.db -o d.html -q # an older schema is read, not written
  cmp <(nameless a.html) <(nameless d.html)
  [ "$sum" = "$(sha256sum <old.db)" ]
}
