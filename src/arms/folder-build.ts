import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { findOnPath } from '../services/support/pinned.js'
import { UserError } from '../words/errors.js'
import type { ArmOrigin } from './arm-origin.js'
import { type BuildIo, buildArm, projectFiles } from './build-arm.js'
import { type BuildCommands, buildScript, installCommand, programOf } from './build-commands.js'
import { git } from './git.js'
import { findLockFile, type LockFile } from './lock-file.js'
import { installState } from './stale-install.js'

type Side = 'base' | 'head'
type FolderOrigin = Extract<ArmOrigin, { kind: 'folder' }>

/** What makes a folder ready: somebody's working tree, in which rungs changes no lock file and no tracked file. */
interface FolderBuild {
  /** The exact install of its lock file, only where nothing is installed at all. */
  readonly install: string | null
  readonly build: BuildCommands
  readonly note: string | null
  /** What is wrong with its packages once the project's own commands have run; null where nothing is, or rungs installs. */
  readonly staleAfter: () => string | null
}

/**
 * What rungs will run in a folder, without running it.
 * @param given the project's own commands, which then are all that is run
 * @throws UserError where what is installed is not what its lock file says, with the command to run first
 */
export async function planFolder(
  side: Side,
  { dir }: FolderOrigin,
  given: BuildCommands | null,
  env: NodeJS.ProcessEnv,
): Promise<FolderBuild> {
  const project = realpathSync(dir)
  const lock = findLockFile(project, (await git(project, 'rev-parse', '--show-toplevel')) ?? project)
  if (given !== null) {
    return { install: null, build: given, note: null, staleAfter: () => stalenessOf(side, lock, project) }
  }
  const files = projectFiles(dir)
  const plan = { install: null, build: buildScript(files, lock), note: null, staleAfter: () => null }
  if (files.scripts === null) return plan
  const state = lock === null ? null : installState(lock, project)
  if (lock === null || state === null) {
    if (!files.needsInstall || existsSync(join(project, 'node_modules'))) return plan
    throw new UserError(
      `${side}: ${dir} has neither node_modules nor a lock file: run npm install first, or name your commands in gate.build`,
    )
  }
  if (state.state === 'stale') {
    throw new UserError(`${side}: ${state.problem}: run ${remedyOf(lock, state.lockIsOld)} first`)
  }
  if (state.state === 'unknown') {
    const note = `${side}: nothing tells whether node_modules is what ${lock.name} says: ${remedyOf(lock)} makes sure`
    return { ...plan, note }
  }
  const install = installCommand(files, lock)
  if (state.state === 'fresh' || install === null) return plan
  requireManager(side, lock, env)
  return { ...plan, install, note: `${side}: there is no node_modules yet: installing with ${install}` }
}

function stalenessOf(side: Side, lock: LockFile | null, project: string): string | null {
  const state = lock === null ? null : installState(lock, project)
  if (lock === null || state?.state !== 'stale') return null
  return `${side}: ${state.problem}, also after gate.build: let it install, or run ${remedyOf(lock, state.lockIsOld)}`
}

/** The command by which its user installs, and where. */
function remedyOf(lock: LockFile, lockIsOld = false): string {
  const anything = { names: [], scripts: {}, needsInstall: true }
  const exact = installCommand(anything, { ...lock, up: '' })?.replace(' --no-audit --no-fund', '')
  const command = lockIsOld ? `${programOf(lock)} install` : exact
  return lock.up === '' ? `${command}` : `${command} in ${lock.dir}`
}

/** @throws UserError where the package manager of a lock file is not there. */
export function requireManager(side: Side, lock: LockFile | null, env: NodeJS.ProcessEnv): void {
  const program = programOf(lock)
  if (lock === null || findOnPath(program, env.PATH ?? '')) return
  throw new UserError(
    `${side}: ${lock.name} needs ${program}, which was not found on the PATH: npm install --global ${program}, or name your commands in gate.build`,
  )
}

/** Runs the plan. @throws UserError as `buildArm`, and where the install has changed tracked files. */
export async function buildFolder(
  side: Side,
  { dir }: FolderOrigin,
  { install, build, note, staleAfter }: FolderBuild,
  io: BuildIo,
): Promise<BuildCommands> {
  if (note !== null) io.onNote?.(note)
  if (install !== null) await installInto(side, dir, install, io)
  await buildArm(side, dir, build, io)
  const stale = staleAfter()
  if (stale !== null) io.onWarning?.(stale)
  return install === null ? build : [install, ...build]
}

async function installInto(side: Side, dir: string, install: string, io: BuildIo): Promise<void> {
  const before = await trackedChanges(dir)
  await buildArm(side, dir, [install], io)
  const after = await trackedChanges(dir)
  if (after === before) return
  const changed = after.split('\n').slice(0, 3).join(', ')
  throw new UserError(
    `${side}: ${install} has changed tracked files of ${dir} (${changed}): undo that, install yourself, and run the gate again`,
  )
}

async function trackedChanges(dir: string): Promise<string> {
  return (await git(dir, 'status', '--porcelain', '--untracked-files=no')) ?? ''
}
