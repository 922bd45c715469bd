#!/usr/bin/env bash
# The gate on rungs itself, for a schedule: the reference service of this tree against where it left the default branch
# (there, against the commit before), then this commit against itself, which must not be called slower.
# Each takes up to five minutes of measuring and a quiet machine. Ends with the exit code of the
# first that did not end well.
set -euo pipefail
cd "$(dirname "$0")/.."
make setup

main=dist/src/cli/main.js
base=$(ci/find-base.sh)
code=0

echo "== this tree against $base"
node "$main" gate --base "$base" --on-inconclusive warn "$@" || code=$?

echo "== this commit against itself"
aa=0
node "$main" gate --base HEAD --measure-identical --on-inconclusive warn "$@" || aa=$?
if [ "$aa" = 1 ] && git diff --quiet HEAD -- src levels scenarios package-lock.json; then
  echo 'error: the same code, built twice, was called slower: the gate cries wolf on this machine' >&2
fi
if [ "$code" = 0 ]; then code=$aa; fi
exit "$code"
