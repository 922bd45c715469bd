#!/usr/bin/env bash
# Prints the commit (or folder, or URL) that head is to be compared with.
#   RUNGS_INPUT_BASE  a branch: where head left it; anything else is taken as it is. Empty: in a pull request its base
#                     branch, after a push the commit before it, elsewhere the default branch, or else the commit before.
# Reads what GitHub and GitLab tell of the event. A shallow clone is deepened as far as it takes.
set -euo pipefail
shopt -s inherit_errexit

fail() {
  if [ "${GITHUB_ACTIONS:-}" = true ]; then echo "::error title=rungs gate::$1" >&2; fi
  echo "error: $1" >&2
  exit 2
}

commit_of() { git rev-parse --verify --quiet --end-of-options "$1^{commit}"; }

is_shallow() { [ "$(git rev-parse --is-shallow-repository)" = true ]; }

# The ref of a branch as its remote has it, fetched if need be; as it is here where there is no remote.
branch_ref() {
  local remote="refs/remotes/origin/$1"
  if git show-ref --verify --quiet "$remote"; then echo "$remote"; return; fi
  if git remote get-url origin >/dev/null 2>&1; then
    if git fetch --quiet --no-tags --depth=1 origin "+refs/heads/$1:$remote" 2>/dev/null; then echo "$remote"; return; fi
  fi
  if git show-ref --verify --quiet "refs/heads/$1"; then echo "refs/heads/$1"; return; fi
  return 1
}

# Where head left a branch.
merge_base() {
  local ref=$1 depth
  if git merge-base "$ref" HEAD; then return; fi
  for depth in 50 500 all; do
    is_shallow || break
    if [ "$depth" = all ]; then
      git fetch --quiet --no-tags --unshallow origin "+$2:$ref" "$(git rev-parse HEAD)"
    else
      git fetch --quiet --no-tags --deepen="$depth" origin "+$2:$ref" "$(git rev-parse HEAD)"
    fi
    if git merge-base "$ref" HEAD; then return; fi
  done
  fail "head and ${ref#refs/remotes/} have no commit in common: name another base"
}

# The commit before HEAD, fetched if the clone ends here.
previous() {
  if commit_of HEAD^; then return; fi
  if is_shallow && git fetch --quiet --no-tags --deepen=1 origin "$(git rev-parse HEAD)" && commit_of HEAD^; then return; fi
  fail "there is no commit before $(git rev-parse --short HEAD) to compare with: name a base"
}

event_field() { # of the JSON of GitHub's event, by its path
  node -e '
    const event = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"))
    console.log(process.argv[2].split(".").reduce((value, key) => value?.[key], event) ?? "")
  ' "$GITHUB_EVENT_PATH" "$1"
}

find_base() {
  local base=${RUNGS_INPUT_BASE:-} ref
  case "$base" in http://* | https://*) echo "$base"; return ;; esac
  if [ -n "$base" ] && [ -d "$base" ]; then echo "$base"; return; fi
  local said
  if ! said=$(git rev-parse --is-inside-work-tree 2>&1); then
    # A checkout of another owner, as in a container job: git's own words, with its remedy.
    if [[ "$said" == *'dubious ownership'* ]]; then
      fail "$(tr -s '\n\t' '  ' <<<"$said" | sed 's/^fatal: //; s/ *$//')"
    fi
    fail "$PWD is no git checkout: check the project out first"
  fi

  if [ -n "$base" ]; then
    if ref=$(branch_ref "$base"); then merge_base "$ref" "refs/heads/$base"; return; fi
    if commit_of "$base"; then return; fi
    if git fetch --quiet --no-tags --depth=1 origin "$base" 2>/dev/null; then commit_of FETCH_HEAD; return; fi
    fail "base $base: is no branch, tag, commit, folder or URL here"
  fi
  base=${GITHUB_BASE_REF:-${CI_MERGE_REQUEST_TARGET_BRANCH_NAME:-}}
  if [ -n "$base" ]; then
    ref=$(branch_ref "$base") || fail "the base branch $base cannot be fetched: check out with credentials, or with fetch-depth: 0"
    merge_base "$ref" "refs/heads/$base"
  elif [ "${GITHUB_EVENT_NAME:-}" = push ] && [ -n "${GITHUB_EVENT_PATH:-}" ]; then
    before_push
  else
    before_here
  fi
}

# What the branch was before the push; a new branch has no before, a forced push may have lost it.
before_push() {
  local before
  before=$(event_field before)
  if [[ "$before" =~ ^0*$ ]]; then previous; return; fi
  if commit_of "$before"; then return; fi
  if git fetch --quiet --no-tags --depth=1 origin "$before" 2>/dev/null; then commit_of "$before"; return; fi
  previous
}

# Where this branch left the default one; on the default branch itself the commit before.
before_here() {
  local ref base
  ref=$(git symbolic-ref --quiet refs/remotes/origin/HEAD || true)
  if [ -z "$ref" ] && [ -n "${CI_DEFAULT_BRANCH:-}" ]; then ref=$(branch_ref "$CI_DEFAULT_BRANCH" || true); fi
  if [ -z "$ref" ]; then ref=$(branch_ref main || branch_ref master || true); fi
  if [ -n "$ref" ] && base=$(git merge-base "$ref" HEAD) && [ "$base" != "$(git rev-parse HEAD)" ]; then
    echo "$base"
  else
    previous
  fi
}

found=$(find_base)
echo "$found"
if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "base=$found" >>"$GITHUB_OUTPUT"; fi
