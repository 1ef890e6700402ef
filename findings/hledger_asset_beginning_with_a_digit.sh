#!/usr/bin/env bash
# hledger 1.25 (Debian 12, package hledger 1.25-2+b5, amd64); seen on 2026-12-01.
#
# Exchanges list assets such as 1000SATS, 1000CAT and 1INCH. hledger takes a space for a mark between groups of digits,
# so in a journal, or out of a CSV by `amount %change %asset`, `20 1000SATS` is 201,000 of SATS. Nothing warns, and
# `print` shows the amount just as it was written. Sums tell: 20 and 5 of 1000SATS are "25 2000SATS". An amount with
# decimals (`20.5 1INCH`) is refused with its line, and so is the rule `currency %asset`; ledger 3.3 and beancount 3.2
# refuse all of these.
#
# Write quotes around every commodity that has a digit: `20 "1000SATS"`, in rules `amount %change "%asset"`. With the
# commodities declared, `--strict` finds the ones that were missed: SATS is undeclared.
#
# Needs the package lists of Debian 12 (`apt-get update`).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download -qq -o APT::Sandbox::User=root hledger=1.25-2+b5
dpkg-deb -x hledger_*.deb .
hledger() { LC_ALL=C.UTF-8 usr/bin/hledger "$@"; }

cat > statement.csv <<'CSV'
time,asset,change
2026-11-01,1000SATS,20
2026-11-02,1000SATS,5
CSV
rules() {
  printf '%s\n' 'skip 1' 'fields time,asset,change' 'date %time' 'account1 assets:funding' 'account2 external' "$1"
}
rules 'amount %change %asset' > bare.rules
rules 'amount %change "%asset"' > quoted.rules
for rules in bare quoted; do
  echo "$rules, as printed:"
  hledger -f statement.csv --rules-file "$rules.rules" print | tee "$rules.journal" | grep 'assets:funding'
  echo "$rules, the commodity:"
  hledger -f "$rules.journal" commodities
  echo "$rules, the sum:"
  hledger -f "$rules.journal" balance --no-total assets
done | tee seen
diff - seen <<'SEEN' || { echo "the behaviour has changed" >&2; exit 1; }
bare, as printed:
    assets:funding     20 1000SATS
    assets:funding      5 1000SATS
bare, the commodity:
SATS
bare, the sum:
         25 2000SATS  assets:funding
quoted, as printed:
    assets:funding     20 "1000SATS"
    assets:funding     5 "1000SATS"
quoted, the commodity:
1000SATS
quoted, the sum:
       25 "1000SATS"  assets:funding
SEEN
