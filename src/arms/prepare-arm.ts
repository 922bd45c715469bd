import { createHash } from 'node:crypto'
import { type ArmOrigin, originText } from './arm-origin.js'
import { digestOf } from './artefacts.js'
import { type BuildIo, buildArm, projectFiles } from './build-arm.js'
import { artefactNames, type BuildCommands, defaultBuild, withoutInstall } from './build-commands.js'
import { checkedOut } from './checkout-cache.js'

/** One side of a gate, ready to boot. */
export interface Arm {
  readonly side: 'base' | 'head'
  readonly origin: ArmOrigin
  /** What a reader calls it. */
  readonly title: string
  /** Null for a URL. */
  readonly dir: string | null
  /** Digest of what would run; null for a URL. */
  readonly digest: string | null
  /** Whether it had been built by an earlier call. */
  readonly cached: boolean
}

/** What a project says of itself; null: found out. */
export interface ProjectChoices {
  readonly build: BuildCommands | null
  /** Names in its folder whose content decides what runs. */
  readonly artefacts: readonly string[] | null
}

/**
 * Checks out, installs and builds. A folder is built where it is, since it is somebody's working tree, and installed
 * only where nothing is installed: rungs itself may be running from there.
 * @throws UserError when it does not build.
 */
export async function prepareArm(
  side: 'base' | 'head',
  origin: ArmOrigin,
  choices: ProjectChoices,
  io: BuildIo,
): Promise<Arm> {
  const title = originText(origin)
  if (origin.kind === 'url') return { side, origin, title, dir: null, digest: null, cached: false }
  if (origin.kind === 'folder') {
    const files = projectFiles(origin.dir)
    const commands = choices.build ?? defaultBuild(files)
    const installed = choices.build === null && files.names.includes('node_modules')
    await buildArm(side, origin.dir, installed ? withoutInstall(commands) : commands, io)
    return { side, origin, title, dir: origin.dir, digest: digest(origin.dir, choices), cached: false }
  }
  const { dir, cached } = await checkedOut(origin, keyOf(choices), io.env, async (unfinished) => {
    await buildArm(side, unfinished, choices.build ?? defaultBuild(projectFiles(unfinished)), io)
  })
  return { side, origin, title, dir, digest: digest(dir, choices), cached }
}

function digest(dir: string, { artefacts }: ProjectChoices): string {
  return digestOf(dir, artefacts ?? artefactNames(projectFiles(dir)))
}

/** A build by other commands, or for another Node, is another build. */
function keyOf({ build }: ProjectChoices): string {
  const what = JSON.stringify([build, process.version, process.platform, process.arch])
  return createHash('sha256').update(what).digest('hex').slice(0, 8)
}
