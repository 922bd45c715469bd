import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ArmOrigin } from './arm-origin.js'
import { git, gitOrThrow } from './git.js'

/** So many built commits of a repository are kept; the one unused for longest goes first. */
const KEPT = 6

/** An unfinished checkout of a process that is gone is removed when it is older than this, in ms. */
const STALE_MS = 6 * 3_600_000

type RefOrigin = Extract<ArmOrigin, { kind: 'ref' }>

/** Where the built commits of all repositories lie. */
export function checkoutsFolder(env: NodeJS.ProcessEnv): string {
  const root = env.RUNGS_CACHE_DIR || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rungs')
  return join(root, 'arms')
}

/** Where built commits of a repository lie: a folder for each, named for it. */
export function cacheFolder(repository: string, env: NodeJS.ProcessEnv): string {
  return join(checkoutsFolder(env), createHash('sha256').update(repository).digest('hex').slice(0, 16))
}

/**
 * The folder of a commit, installed and built: from the cache, or a git worktree in which `build` has run to its end.
 * It gets its final name only then, so that nothing half-built is ever taken.
 * @param build runs in the given folder, and throws when it fails
 */
export async function checkedOut(
  { repository, commit }: RefOrigin,
  key: string,
  env: NodeJS.ProcessEnv,
  build: (dir: string) => Promise<void>,
): Promise<{ dir: string; cached: boolean }> {
  const folder = cacheFolder(repository, env)
  const dir = join(folder, `${commit}-${key}`)
  if (existsSync(dir)) {
    const now = new Date()
    utimesSync(dir, now, now)
    return { dir, cached: true }
  }
  mkdirSync(folder, { recursive: true })
  await evict(repository, folder)
  const unfinished = join(folder, `unfinished-${process.pid}-${commit.slice(0, 12)}`)
  await remove(repository, unfinished)
  try {
    await gitOrThrow(repository, 'worktree', 'add', '--detach', '--force', unfinished, commit)
    await build(unfinished)
    // Another gate may have finished the same commit meanwhile: either is as good.
    if (existsSync(dir)) await remove(repository, unfinished)
    else await gitOrThrow(repository, 'worktree', 'move', unfinished, dir)
  } catch (error) {
    await remove(repository, unfinished)
    throw error
  }
  return { dir, cached: false }
}

async function evict(repository: string, folder: string): Promise<void> {
  const all = readdirSync(folder).map((name) => {
    const dir = join(folder, name)
    return { dir, unfinished: name.startsWith('unfinished-'), usedAt: statSync(dir).mtimeMs }
  })
  const finished = all.filter(({ unfinished }) => !unfinished).sort((a, b) => b.usedAt - a.usedAt)
  const abandoned = all.filter(({ unfinished, usedAt }) => unfinished && Date.now() - usedAt > STALE_MS)
  for (const { dir } of [...finished.slice(KEPT - 1), ...abandoned]) await remove(repository, dir)
}

/** Also of a folder that git knows nothing of, or that is gone already. */
async function remove(repository: string, dir: string): Promise<void> {
  await git(repository, 'worktree', 'remove', '--force', '--force', dir)
  rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
  await git(repository, 'worktree', 'prune')
}
