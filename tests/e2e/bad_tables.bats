load helper

example() { "$ONSET" verdict --example; }

@test "the same table however it is written: BOM, CRLF, quotes, semicolons, decimal commas, tabs, 200 columns" {
  example >ok.csv
  "$ONSET" verdict ok.csv --json >want
  grep -q '"verdict":"emergent"' want
  { printf '\xef\xbb\xbf'; cat ok.csv; } >bom.csv
  sed 's/$/\r/' ok.csv >crlf.csv
  sed 's/^mine,70M/"mine","70M"/' ok.csv >quotes.csv
  tr , ';' <ok.csv >semicolons.csv
  tr , ';' <ok.csv | sed 's/;\.\([0-9]\)/;,\1/; s/1\.0e9/1,0e9/' >decimals.csv
  tr , '\t' <ok.csv >tabs.csv
  awk 'NR == 1 { for (i = 0; i < 191; i++) $0 = $0 ",x" i; print; next }
    { for (i = 0; i < 191; i++) $0 = $0 ",1"; print }' ok.csv >wide.csv
  printf '%s' "$(cat ok.csv)" >no-newline.csv
  for f in bom crlf quotes semicolons decimals tabs wide no-newline; do
    "$ONSET" verdict $f.csv --json >got 2>err || { cat err; false; }
    cmp want got || { echo $f; false; }
    [ ! -s err ] || { echo "$f: $(cat err)"; false; }
  done
}

@test "what is legal and hardly meant is told with its place, exit 0" {
  example | awk -F, -v OFS=, 'NR == 3 { $8 = 1.7 } 1' >outside.csv
  run "$ONSET" verdict outside.csv
  [ "$status" = 0 ]
  [[ "$output" == *"1 score is outside 0 to 1 (exact_match of two_digit_sums: 1.7)"*"so its series is read"*"high_score"*"(outside.csv:3)"* ]]
  example | awk -F, -v OFS=, 'NR == 3 { $8 = "NaN" } 1' >none.csv
  run "$ONSET" verdict none.csv
  [ "$status" = 0 ]
  [[ "$output" == *"1 score is no number and is passed over, the first of them exact_match of two_digit_sums (none.csv:3)"* ]]
  example | awk -F, -v OFS=, 'NR > 1 { $7 = "" } 1' >no-items.csv
  "$ONSET" verdict no-items.csv --json | grep -q '"flags":\["n-assumed"\]'
  example | head -2 >one.csv
  "$ONSET" verdict one.csv --json | grep -q '"n_scales":1,"verdict":"undetermined"'
  { example; example | sed -n '3s/160M/another/p'; } >equal.csv # two models of one scale
  "$ONSET" verdict equal.csv --json | grep -q '"n_models":9,"n_scales":8,"verdict":"emergent"'
}

@test "what contradicts or cannot be read leaves its series out by line and column, exit 8" {
  { example; example | sed -n '3s/,\.005,/,.3,/p'; } >twice.csv
  run "$ONSET" verdict twice.csv
  [ "$status" = 8 ]
  [[ "$output" == *"two scores for 160M: 0.3 here, 0.005 in twice.csv:3"*"(twice.csv:10)"* ]]
  { example; example | sed -n 3p; } >same.csv # the same score again is none
  run "$ONSET" verdict same.csv
  [ "$status" = 0 ]
  for bad in '3 8 inf' '3 8 50%' '3 7 -5' '3 3 0'; do
    read -r line column value <<<"$bad"
    example | awk -F, -v OFS=, -v l="$line" -v c="$column" -v v="$value" 'NR == l { $c = v } 1' >bad.csv
    run "$ONSET" verdict bad.csv
    [ "$status" = 8 ] || { echo "$bad: $status"; false; }
    [[ "$output" == *"'$value' in column"*"(bad.csv:3:"* ]] || { echo "$output"; false; }
    run "$ONSET" verdict bad.csv --strict
    [ "$status" = 5 ]
  done
}

@test "files that are no tables, too large or empty are refused" {
  : >empty.csv
  run "$ONSET" verdict empty.csv
  [ "$status" = 5 ]
  example | sed 's/,score,/,points,/' >none.csv
  run "$ONSET" verdict none.csv
  [ "$status" = 5 ]
  [[ "$output" == *"no column 'score'"*"none.csv:1:1"* ]]
  truncate -s 2200000000 big.csv # a hole: takes no room
  run "$ONSET" verdict big.csv
  [ "$status" = 6 ]
  [[ "$output" == *"2200000000 bytes, at most"* ]]
}
