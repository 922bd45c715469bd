import { existsSync, realpathSync } from 'node:fs'
import { UserError } from '../model/errors.js'
import { findOnPath } from '../services/pinned.js'
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
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

/**
 * @param given the project's own commands, which then are all that is run
 * @throws UserError where what is installed is not what its lock file says, with the command to run first
 */
export async function planFolder(
  side: Side,
  { dir }: FolderOrigin,
  given: BuildCommands | null,
  env: NodeJS.ProcessEnv,
): Promise<FolderBuild> {
  const files = projectFiles(dir)
  const project = realpathSync(dir)
  const lock = findLockFile(project, (await git(project, 'rev-parse', '--show-toplevel')) ?? project)
  const state = lock === null ? null : installState(lock, project)
  if (given !== null) {
    const isStale = lock !== null && state?.state === 'stale'
    const warnings = isStale
      ? [`${side}: ${state.problem}: gate.build is to install it, or run ${firstly(lock)}`]
      : []
    return { install: null, build: given, notes: [], warnings }
  }
  const build = buildScript(files, lock)
  const plan = { install: null, build, notes: [], warnings: [] }
  if (lock === null || state === null) {
    if (files.needsInstall && !existsSync(`${project}/node_modules`)) {
      throw new UserError(
        `${side}: ${dir} has neither node_modules nor a lock file: run npm install first, or name your commands in gate.build`,
      )
    }
    return plan
  }
  if (state.state === 'stale') throw new UserError(`${side}: ${state.problem}: run ${firstly(lock)} first`)
  if (state.state === 'unknown') {
    const note = `${side}: whether node_modules is what ${lock.name} says cannot be told; ${firstly(lock)} makes sure`
    return { ...plan, notes: [note] }
  }
  if (state.state === 'fresh' || !files.needsInstall) return plan
  requireManager(side, lock, env)
  const install = installCommand(files, lock) as string
  return { ...plan, install, notes: [`${side}: there is no node_modules yet: installing with ${install}`] }
}

/** The command by which its user installs, and where. */
function firstly(lock: LockFile): string {
  const command = (
    installCommand({ names: [], scripts: {}, needsInstall: true }, { ...lock, up: '' }) as string
  ).replace(' --no-audit --no-fund', '')
  return lock.up === '' ? command : `${command} in ${lock.dir}`
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
  plan: FolderBuild,
  io: BuildIo,
): Promise<BuildCommands> {
  for (const note of plan.notes) io.onNote?.(note)
  for (const warning of plan.warnings) io.onWarning?.(warning)
  if (plan.install !== null) {
    const before = await trackedChanges(dir)
    await buildArm(side, dir, [plan.install], io)
    const after = await trackedChanges(dir)
    if (after !== before) {
      throw new UserError(
        `${side}: ${plan.install} has changed tracked files of ${dir} (${after.split('\n').slice(0, 3).join(', ')}): undo it, install yourself, and run the gate again`,
      )
    }
  }
  await buildArm(side, dir, plan.build, io)
  return plan.install === null ? plan.build : [plan.install, ...plan.build]
}

async function trackedChanges(dir: string): Promise<string> {
  return (await git(dir, 'status', '--porcelain', '--untracked-files=no')) ?? ''
}
