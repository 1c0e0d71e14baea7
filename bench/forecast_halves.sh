#!/bin/sh
# usage: bench/forecast_halves.sh ONSET TABLE.csv...
# Scores of onset forecast in two halves of the families of published tables: those whose names
# begin with A to K, and the others. Means over all predictions; log scores in nats, higher is better.
# Needs jq. The first column of each table must be the family.
set -eu
onset=$1; shift
tmp=$(mktemp -d)
trap 'rm -r "$tmp"' EXIT
for half in A-K others; do
  : >"$tmp/all"
  for table; do
    awk -F, -v half=$half 'NR == 1 { print; next }
      { first = tolower(substr($1, 1, 1)) <= "k" } first == (half == "A-K")' "$table" >"$tmp/t.csv"
    [ "$(wc -l <"$tmp/t.csv")" -lt 2 ] && continue
    "$onset" forecast "$tmp/t.csv" --json 2>/dev/null | tail -1 >>"$tmp/all" || true
  done
  jq -rs --arg half $half '[.[].summary | select(.predictions > 0)] as $s
    | ($s | map(.predictions) | add) as $n
    | "families \($half): \($n) predictions",
      (("forecast", "last-value", "linear", "logistic") as $m
       | "  \($m): log score \(($s | map(.[$m].log_score * .predictions) | add) / $n * 1000 | round / 1000), intervals hold \(($s | map(.[$m].coverage * .predictions) | add) / $n * 1000 | round / 10) %")' "$tmp/all"
done
