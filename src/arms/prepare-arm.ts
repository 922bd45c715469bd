import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../model/errors.js'
import { type ArmOrigin, originText } from './arm-origin.js'
import { type BuildIo, buildArm, projectFiles } from './build-arm.js'
import { type BuildCommands, defaultBuild, withoutInstall } from './build-commands.js'
import { checkedOut } from './checkout-cache.js'

/** One side of a gate, ready to boot. */
export interface Arm {
  readonly side: 'base' | 'head'
  readonly origin: ArmOrigin
  /** What a reader calls it. */
  readonly title: string
  /** Null for a URL. */
  readonly dir: string | null
  /** Digest of all that its processes can read: null until both sides were compared, and for a URL. */
  readonly digest: string | null
  /** The commands that made it ready, in this call or an earlier one; none for a URL. */
  readonly builtBy: BuildCommands
  /** Whether it had been built by an earlier call. */
  readonly cached: boolean
}

/** What a project says of itself; null: found out. */
export interface ProjectChoices {
  readonly build: BuildCommands | null
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
  if (origin.kind === 'url')
    return { side, origin, title, dir: null, digest: null, builtBy: [], cached: false }
  if (origin.kind === 'folder') {
    const files = projectFiles(origin.dir)
    const commands = choices.build ?? defaultBuild(files)
    const installed = choices.build === null && files.names.includes('node_modules')
    const builtBy = installed ? withoutInstall(commands) : commands
    await buildArm(side, origin.dir, builtBy, io)
    return { side, origin, title, dir: origin.dir, digest: null, builtBy, cached: false }
  }
  const { dir: checkout, cached } = await checkedOut(
    origin,
    keyOf(origin, choices),
    io.env,
    async (unfinished) => {
      const project = projectIn(side, unfinished, origin)
      await buildArm(side, project, choices.build ?? defaultBuild(projectFiles(project)), io)
    },
  )
  const dir = projectIn(side, checkout, origin)
  const builtBy = choices.build ?? defaultBuild(projectFiles(dir))
  return { side, origin, title, dir, digest: null, builtBy, cached }
}

function projectIn(
  side: string,
  checkout: string,
  { within, ref }: Extract<ArmOrigin, { kind: 'ref' }>,
): string {
  const dir = join(checkout, within)
  if (existsSync(dir)) return dir
  throw new UserError(`${side}: ${ref} has no folder ${within}: name another commit`)
}

/** A build by other commands, of another project of the repository, or for another Node, is another build. */
function keyOf({ within }: Extract<ArmOrigin, { kind: 'ref' }>, { build }: ProjectChoices): string {
  const what = JSON.stringify([within, build, process.version, process.platform, process.arch])
  return createHash('sha256').update(what).digest('hex').slice(0, 8)
}
