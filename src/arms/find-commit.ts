import { git } from './git.js'

/** The commit that a name stands for, and as what it was found. */
export interface FoundCommit {
  readonly commit: string
  /** `origin/main` where there is no `main` but the remote has one. */
  readonly ref: string
}

/** A branch, tag or commit; a branch that only the remote has is taken from there, as `git checkout` does. */
export async function findCommit(repository: string, text: string): Promise<FoundCommit | null> {
  const own = await commitOf(repository, text)
  if (own !== null) return { commit: own, ref: text }
  const remote = await remoteOf(repository)
  if (remote === null) return null
  const theirs = await commitOf(repository, `refs/remotes/${remote}/${text}`)
  return theirs === null ? null : { commit: theirs, ref: `${remote}/${text}` }
}

async function commitOf(repository: string, text: string): Promise<string | null> {
  return await git(repository, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${text}^{commit}`)
}

async function remoteOf(repository: string): Promise<string | null> {
  const remotes = ((await git(repository, 'remote')) ?? '').split('\n').filter(Boolean)
  return remotes.find((name) => name === 'origin') ?? remotes[0] ?? null
}

/** Why there is no such commit, and the command that brings it: in CI usually only one commit was fetched. */
export async function refProblem(repository: string, text: string): Promise<string> {
  const isShallow = (await git(repository, 'rev-parse', '--is-shallow-repository')) === 'true'
  const remote = await remoteOf(repository)
  const hint = 'name a branch, tag or commit of this repository, a folder, or a URL'
  const command = remote === null ? null : fetchCommand(text, remote, isShallow)
  return `there is no such commit in ${repository}: ${
    command === null
      ? hint
      : isShallow
        ? `this is a shallow clone: fetch more first (${command}; with actions/checkout, fetch-depth: 0)`
        : `${hint}; one that only ${remote} has comes with ${command}`
  }`
}

/** The command after which `text` is found, if the remote has it; null where no fetch can help. Pure. */
export function fetchCommand(text: string, remote: string, isShallow: boolean): string | null {
  // Without a depth a shallow clone would fetch the whole history; with one, a whole clone would become shallow.
  const depth = isShallow ? '--depth=100 ' : ''
  if (/^[0-9a-f]{40,64}$/.test(text)) return `git fetch ${depth}${remote} ${text}`
  // A path through the history, or the start of a commit's name, neither of which a remote takes.
  if (/[~^:@{}\s?*[\\]|^-|^HEAD$|^[0-9a-f]{7,64}$/.test(text))
    return isShallow ? 'git fetch --deepen=100' : null
  const name = text.startsWith(`${remote}/`) ? text.slice(remote.length + 1) : text
  return `git fetch ${depth}${remote} ${name}:refs/remotes/${remote}/${name}`
}
