import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { UserError } from '../words/errors.js'
import { git, gitTried } from './git.js'

/**
 * Fills the submodules of a fresh worktree: from the objects that the repository has of them, without network, else by
 * git's own way. Their files lie there plainly, without a repository of their own, since git moves no worktree with such.
 * @throws UserError with git's words where they cannot be had.
 */
export async function fillSubmodules(side: string, worktree: string, repository: string): Promise<void> {
  if (!existsSync(join(worktree, '.gitmodules'))) return
  const common = await git(repository, 'rev-parse', '--path-format=absolute', '--git-common-dir')
  if (common !== null && (await fillFrom(worktree, 'HEAD', worktree, join(common, 'modules')))) return
  // What was there of them would be in git's way.
  for (const { path } of await submodulesOf(worktree, 'HEAD', worktree)) {
    rmSync(join(worktree, path), { recursive: true, force: true })
  }
  const { ok, stderr } = await gitTried(worktree, 'submodule', 'update', '--init', '--recursive')
  if (!ok) {
    const words = stderr.split('\n').find((line) => /^(fatal|error):/.test(line)) ?? stderr.split('\n').at(-1)
    throw new UserError(
      `${side}: its submodules cannot be had: ${words}: run git submodule update --init --recursive in ${repository} first`,
    )
  }
  await makePlain(worktree)
}

interface Submodule {
  readonly name: string
  readonly path: string
  readonly commit: string
}

/** @returns whether all of them were there */
async function fillFrom(gitDir: string, commit: string, to: string, modules: string): Promise<boolean> {
  for (const submodule of await submodulesOf(gitDir, commit, to)) {
    const own = join(modules, submodule.name)
    const at = join(to, submodule.path)
    if (!existsSync(own) || !(await checkOut(own, submodule.commit, at))) return false
    if (
      existsSync(join(at, '.gitmodules')) &&
      !(await fillFrom(own, submodule.commit, at, join(own, 'modules')))
    )
      return false
  }
  return true
}

async function submodulesOf(gitDir: string, commit: string, files: string): Promise<Submodule[]> {
  const listed = await git(files, 'config', '-f', '.gitmodules', '--get-regexp', '^submodule\\..*\\.path$')
  const declared = (listed ?? '').split('\n').flatMap((line) => {
    const [, name, path] = /^submodule\.(.*)\.path (.*)$/.exec(line) ?? []
    return name && path ? [{ name, path }] : []
  })
  const found = declared.map(async ({ name, path }) => {
    // `160000 commit <name>`: only what the commit itself pins is a submodule of it.
    const entry = await git(gitDir, 'ls-tree', commit, '--', path)
    const pinned = /^160000 commit ([0-9a-f]+)/.exec(entry ?? '')?.[1]
    return pinned === undefined ? [] : [{ name, path, commit: pinned }]
  })
  return (await Promise.all(found)).flat()
}

/** Writes the files of a commit, with an index of its own so that the repository's stays as it is. */
async function checkOut(gitDir: string, commit: string, to: string): Promise<boolean> {
  const scratch = mkdtempSync(join(tmpdir(), 'rungs-index-'))
  try {
    mkdirSync(to, { recursive: true })
    const env = { GIT_INDEX_FILE: join(scratch, 'index'), GIT_DIR: gitDir, GIT_WORK_TREE: to }
    const { exitCode } = await execa('git', ['read-tree', '--reset', '-u', commit], {
      cwd: to,
      env,
      reject: false,
    })
    return exitCode === 0
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

async function makePlain(worktree: string): Promise<void> {
  const paths = await git(worktree, 'submodule', '--quiet', 'foreach', '--recursive', 'pwd')
  for (const dir of (paths ?? '').split('\n').filter(Boolean)) {
    if (readdirSync(dir).includes('.git')) rmSync(join(dir, '.git'), { recursive: true })
  }
  const own = await git(worktree, 'rev-parse', '--path-format=absolute', '--git-dir')
  if (own !== null) rmSync(join(own, 'modules'), { recursive: true, force: true })
}
