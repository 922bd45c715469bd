#!/usr/bin/env bash
# Runs `rungs gate`, whose settings come as RUNGS_* variables, and ends with its exit code: 0 pass, 1 regression or broken
# head, 2 usage or environment, 3 no verdict.
#   RUNGS_MAIN     rungs' main file; or RUNGS_COMMAND, how it is called where it is installed, such as `npx rungs`
#   RUNGS_OUT      the folder for results; a new temporary one if not given
# Prints, and gives GitHub as outputs: exit-code, verdict (pass, regress, inconclusive, error), folder, comment (a Markdown
# file that can be posted, whatever happened).
set -euo pipefail

if [ -n "${RUNGS_COMMAND:-}" ]; then
  read -r -a rungs <<<"$RUNGS_COMMAND"
else
  rungs=(node "${RUNGS_MAIN:?rungs: neither RUNGS_MAIN nor RUNGS_COMMAND says where it is}")
fi
out=${RUNGS_OUT:-$(mktemp -d "${RUNNER_TEMP:-${TMPDIR:-/tmp}}/rungs-gate-XXXXXX")}
mkdir -p "$out"
out=$(cd "$out" && pwd)
started=$(mktemp)
trap 'rm -f "$started"' EXIT

code=0
RUNGS_OUT=$out "${rungs[@]}" gate || code=$?

# The result of this call: nothing where it ended before there was one.
result=$(find "$out" -mindepth 2 -maxdepth 2 -name gate.json -newer "$started" | sort | tail -n 1)
verdict=error
folder=$out
if [ -n "$result" ]; then
  folder=$(dirname "$result")
  verdict=$(node -e '
    const { decision } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))
    console.log(decision?.verdict ?? "error")
  ' "$result")
fi

comment=$out/comment.md
if [ -f "$folder/gate.md" ]; then
  cp "$folder/gate.md" "$comment"
else
  printf '**rungs gate** came to no result (exit code %s): the log of the job says why.\n' "$code" >"$comment"
fi

outputs="exit-code=$code
verdict=$verdict
folder=$folder
comment=$comment"
echo "$outputs"
if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "$outputs" >>"$GITHUB_OUTPUT"; fi
exit "$code"
