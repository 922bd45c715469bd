#!/usr/bin/env bash
# Posts a Markdown file as the one comment of this gate on a pull request: the first time a new one, then the same anew.
#   ci/comment.sh FILE PULL-REQUEST [NAME]
# NAME tells several gates of one pull request apart. Takes GitHub's `gh` with GH_TOKEN (pull-requests: write) and
# GITHUB_REPOSITORY. With EXPECTED_SHA, the pull request's head must be that commit: for numbers that come out of an
# artifact, which whoever opened the pull request could have written.
set -euo pipefail

fail() { echo "error: comment: $1" >&2; exit 2; }

# gh. A token that may not write, such as that of a pull request from a fork, ends the script with a warning, since it says
# nothing of what was measured; other failures end it with an error. Not for a subshell, which could not end the script.
said=$(mktemp) answer=$(mktemp) body=$(mktemp)
trap 'rm -f "$said" "$answer" "$body"' EXIT
exec 3>&1 # Where GitHub reads, also while a call's own output goes elsewhere.
github() {
  if gh "$@" 2>"$said"; then return; fi
  local words
  words=$(tr -s '\n' ' ' <"$said")
  if [[ "$words" == *'HTTP 403'* || "$words" == *'Resource not accessible'* ]]; then
    refused "the token may not comment on pull request $number (${words% }): pull-requests: write is missing, which pull requests from forks and of Dependabot never have"
  fi
  echo "error: comment: ${words:-gh ended without a word}" >&2
  exit 1
}

refused() {
  if [ "${GITHUB_ACTIONS:-}" = true ]; then echo "::warning title=rungs gate::$1" >&3; fi
  echo "warning: comment: $1" >&2
  exit 0
}

file=${1:-} number=${2:-} name=${3:-gate}
[ -s "$file" ] || fail "there is nothing in $file to be posted"
[[ "$number" =~ ^[1-9][0-9]*$ ]] || fail "$number: is no number of a pull request"
[[ "$name" =~ ^[A-Za-z0-9._-]+$ ]] || fail "name $name: may have letters, digits, dots, dashes and underscores"
[ -n "${GITHUB_REPOSITORY:-}" ] || fail 'GITHUB_REPOSITORY is not set'
command -v gh >/dev/null || fail 'gh was not found: install the GitHub command line'

if [ -n "${EXPECTED_SHA:-}" ]; then
  github api "repos/$GITHUB_REPOSITORY/pulls/$number" --jq .head.sha >"$answer"
  sha=$(cat "$answer")
  [ "$sha" = "$EXPECTED_SHA" ] || fail "pull request $number is at ${sha:-no commit}, not at $EXPECTED_SHA: nothing is posted"
fi

marker="<!-- rungs gate: $name -->"
# GitHub takes 65,536 characters: whole lines up to a little less.
{ printf '%s\n' "$marker"; awk '{ size += length($0) + 1 } size > 65000 { print "…"; exit } { print }' "$file"; } >"$body"

# Only comments of a bot: the marker in somebody's quotation is not ours to change.
github api --paginate "repos/$GITHUB_REPOSITORY/issues/$number/comments?per_page=100" \
  --jq ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$marker\"))) | .id" >"$answer"
existing=$(head -n 1 "$answer")
if [ -n "$existing" ]; then
  github api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$existing" -F "body=@$body"
  echo "comment $existing updated"
else
  github api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$number/comments" -F "body=@$body"
  echo "comment posted"
fi
