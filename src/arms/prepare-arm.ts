import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError, withHint } from '../words/errors.js'
import { type ArmOrigin, originText } from './arm-origin.js'
import { type BuildIo, buildArm, projectFiles } from './build-arm.js'
import { type BuildCommands, buildScript, installCommand, OUTPUT_FOLDERS } from './build-commands.js'
import { type Carried, carryDigest, carryInto } from './carry.js'
import { checkedOut } from './checkout-cache.js'
import { buildFolder, planFolder, requireManager } from './folder-build.js'
import { ignoredOnlyIn, lackText } from './ignored-files.js'
import { findLockFile } from './lock-file.js'

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
  /** Files that checkouts get, which git does not have. */
  readonly carried?: Carried
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
    const { dir } = origin
    const builtBy = await buildFolder(side, origin, await planFolder(side, origin, choices.build, io.env), io)
    return { side, origin, title, dir, digest: null, builtBy, cached: false }
  }
  const key = keyOf(origin, choices)
  const { dir: checkout, cached } = await checkedOut(side, origin, key, io.env, async (unfinished) => {
    const project = projectIn(side, unfinished, origin)
    if (choices.carried) carryInto(project, choices.carried)
    await buildCheckout(side, project, unfinished, choices, io)
  })
  const dir = projectIn(side, checkout, origin)
  const builtBy = checkoutCommands(dir, checkout, choices)
  return { side, origin, title, dir, digest: null, builtBy, cached }
}

/** Names what the checkout lacks where it does not build. */
async function buildCheckout(
  side: 'base' | 'head',
  project: string,
  checkout: string,
  choices: ProjectChoices,
  io: BuildIo,
): Promise<void> {
  const commands = checkoutCommands(project, checkout, choices)
  if (choices.build === null && commands.length > 0) {
    requireManager(side, findLockFile(project, checkout), io.env)
  }
  try {
    await buildArm(side, project, commands, io)
  } catch (error) {
    if (!(error instanceof UserError) || io.headDir === undefined) throw error
    const made = OUTPUT_FOLDERS.map((name) => join(io.headDir as string, name))
    const without = [...made, ...(io.ownFolders ?? [])]
    const lack = lackText(side, await ignoredOnlyIn(io.headDir, project, without))
    throw lack === null ? error : withHint(error, `${lack}: name what it needs in gate.carry`)
  }
}

function checkoutCommands(project: string, checkout: string, { build }: ProjectChoices): BuildCommands {
  if (build !== null) return build
  const files = projectFiles(project)
  const lock = findLockFile(project, checkout)
  const install = installCommand(files, lock)
  return [...(install === null ? [] : [install]), ...buildScript(files, lock)]
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

/** Counts the ways in which rungs itself has made checkouts ready: what an earlier one made is not taken. */
const PROCEDURE = 2

/** A build by other commands, of another project of the repository, or for another Node, is another build. */
function keyOf({ within }: Extract<ArmOrigin, { kind: 'ref' }>, { build, carried }: ProjectChoices): string {
  const carriedDigest = carried ? carryDigest(carried) : null
  const what = JSON.stringify([
    PROCEDURE,
    within,
    build,
    carriedDigest,
    process.version,
    process.platform,
    process.arch,
  ])
  return createHash('sha256').update(what).digest('hex').slice(0, 8)
}
