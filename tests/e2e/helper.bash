# Shared by the command-line tests.
setup() {
  cd "$BATS_TEST_TMPDIR" || return 1
  export LC_ALL=C.UTF-8 XDG_DATA_HOME="$BATS_TEST_TMPDIR/data"
  unset NO_COLOR
}

# A ladder that trains in about a second: two sizes, two skills.
tiny_ladder() {
  cat >"${1:-tiny.yaml}" <<'YAML'
ladder: tiny
family: tiny
sizes: [{width: 8, head_dim: 4}, {width: 12, head_dim: 4}]
layers: 2
tokens: 6k
seeds: [1, 2]
batch: 256
optimizer: {name: muon, rate: 0.006, momentum: 0.95, embedding_rate: 0.05}
skills: {copy: 1, digit_sum_steps: 1}
evaluate: {items: 32}
YAML
}

# Every file but the database, by content.
files_of() { (cd "$1" && find . -type f ! -name 'onset.db*' -exec sha256sum {} + | sort -k2); }

# Every row of every table but those that hold times, in an order of its own.
rows_of() {
  local t
  for t in $(sqlite3 "$1" "select name from sqlite_schema where type = 'table' order by name"); do
    case $t in run | event | work | sqlite_*) continue ;; esac
    echo "== $t"
    sqlite3 -quote "$1" "select * from $t" | sort
  done
}
