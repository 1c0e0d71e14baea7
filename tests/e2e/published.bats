load helper

published() { "$ONS_SOURCE_DIR/tools/published" "$@"; }

need_tables() {
  [ -d "$ONS_SHARED/data/results" ] || skip "no published tables beside the checkout"
}

@test "verdicts agree with published ones in .80 of the claims that are decided" {
  need_tables
  published "$ONS_SHARED/data/results" >out || { tail -8 out; false; }
  line=$(grep '^both: the headline' out)
  echo "$line"
  read -r claims decided < <(sed 's/.* \([0-9]*\) claims *\([0-9]*\) decided.*/\1 \2/' <<<"$line")
  [ "$claims" -ge 60 ] && [ "$decided" -ge 40 ]
  grep -q '^all  *4200 ' out # every series of every table has a verdict
  ! grep -q 'no such series' out
}

@test "the figures of docs/published.md are drawn, all of them" {
  need_tables
  published "$ONS_SHARED/data/results" --figures figures
  for f in "$ONS_SOURCE_DIR"/docs/published/*.svg; do grep -q '^<svg' "figures/${f##*/}"; done
}

@test "a folder without the tables is refused by name" {
  run published "$BATS_TEST_TMPDIR"
  [ "$status" = 4 ]
  [[ "$output" == *"holds no published tables"* ]]
  run published
  [ "$status" = 2 ]
}
