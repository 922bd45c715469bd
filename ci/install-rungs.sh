#!/usr/bin/env bash
# Makes rungs ready to be called and prints its main file: of the checkout that this script lies in, installed and built
# unless it is already. With RUNGS_COMMAND, rungs is there already: nothing is done.
set -euo pipefail

if [ -n "${RUNGS_COMMAND:-}" ]; then exit 0; fi

fail() {
  if [ "${GITHUB_ACTIONS:-}" = true ]; then echo "::error title=rungs gate::$1" >&2; fi
  echo "error: $1" >&2
  exit 2
}

command -v node >/dev/null || fail 'Node was not found: set it up first (actions/setup-node, version 20.19 or newer)'
node -e 'const [major, minor] = process.versions.node.split(".").map(Number)
  process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
  fail "Node $(node --version) is too old for rungs: set up 20.19 or newer"

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
main="$root/dist/src/cli/main.js"
if [ ! -f "$main" ]; then
  cd "$root"
  npm ci --no-audit --no-fund --loglevel=error >&2 || fail "rungs could not be installed in $root: see above"
  npm run --silent build >&2 || fail "rungs could not be built in $root: see above"
fi
echo "$main"
if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "main=$main" >>"$GITHUB_OUTPUT"; fi
