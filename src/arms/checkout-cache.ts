import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ArmOrigin } from './arm-origin.js'
import { git, gitOrThrow } from './git.js'
import { fillSubmodules } from './submodules.js'

/** So many built commits of a repository are kept; the one unused for longest goes first. */
const KEPT = 6

/** Stands behind the name of a checkout whose build has ended well: nothing half-built is ever taken. */
const BUILT = '.built'

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
 * The folder of a commit, installed and built: from the cache, or a git worktree in which `build` has run to its end. It is
 * built where it stays, since builds write where they are: into links, and into the first line of programs.
 * @param build runs in the given folder, and throws when it fails
 */
export async function checkedOut(
  side: string,
  { repository, commit }: RefOrigin,
  key: string,
  env: NodeJS.ProcessEnv,
  build: (dir: string) => Promise<void>,
): Promise<{ dir: string; cached: boolean }> {
  const folder = cacheFolder(repository, env)
  mkdirSync(folder, { recursive: true })
  const built = checkoutsIn(folder).find((each) => each.isBuilt && each.name.startsWith(`${commit}-${key}-`))
  if (built) {
    const now = new Date()
    utimesSync(built.dir, now, now)
    return { dir: built.dir, cached: true }
  }
  await evict(repository, folder)
  // Of this process alone: another gate may build the same commit now. Either is as good.
  const dir = join(folder, `${commit}-${key}-${process.pid}`)
  await remove(repository, dir)
  try {
    await gitOrThrow(repository, 'worktree', 'add', '--detach', '--force', dir, commit)
    await fillSubmodules(side, dir, repository)
    await build(dir)
    writeFileSync(dir + BUILT, '')
  } catch (error) {
    await remove(repository, dir)
    throw error
  }
  return { dir, cached: false }
}

function checkoutsIn(folder: string): { name: string; dir: string; isBuilt: boolean; usedAt: number }[] {
  const names = readdirSync(folder)
  return names.flatMap((name) => {
    const dir = join(folder, name)
    const stats = name.endsWith(BUILT) ? undefined : statSync(dir, { throwIfNoEntry: false })
    return stats ? [{ name, dir, isBuilt: names.includes(name + BUILT), usedAt: stats.mtimeMs }] : []
  })
}

async function evict(repository: string, folder: string): Promise<void> {
  const all = checkoutsIn(folder)
  const finished = all.filter(({ isBuilt }) => isBuilt).sort((a, b) => b.usedAt - a.usedAt)
  const abandoned = all.filter(({ isBuilt, usedAt }) => !isBuilt && Date.now() - usedAt > STALE_MS)
  for (const { dir } of [...finished.slice(KEPT - 1), ...abandoned]) await remove(repository, dir)
}

/** Also of a folder that git knows nothing of, or that is gone already. */
async function remove(repository: string, dir: string): Promise<void> {
  rmSync(dir + BUILT, { force: true })
  await git(repository, 'worktree', 'remove', '--force', '--force', dir)
  rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
  await git(repository, 'worktree', 'prune')
}
