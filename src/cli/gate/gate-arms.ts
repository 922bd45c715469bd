import { existsSync, readFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { type ArmOrigin, findOrigin } from '../../arms/arm-origin.js'
import { artefactProblems, requireArtefacts } from '../../arms/artefacts.js'
import type { BuildIo } from '../../arms/build-arm.js'
import { carryProblems } from '../../arms/carry.js'
import { type CompareChoices, compareArms } from '../../arms/compare-arms.js'
import { planFolder } from '../../arms/folder-build.js'
import { ignoreProblems } from '../../arms/ignore-patterns.js'
import { type Arm, type ProjectChoices, prepareArm } from '../../arms/prepare-arm.js'
import { BUILT_IN, type LevelEntry } from '../../catalog/entries.js'
import { checkTarget } from '../../config/target.js'
import type { GateArm } from '../../model/studies/gate.js'
import type { GateIdentity } from '../../model/studies/gate-identity.js'
import { collecting, messageOf, UserError } from '../../words/errors.js'

export type Side = 'base' | 'head'

export interface Origins {
  readonly base: ArmOrigin
  readonly head: ArmOrigin
}

/**
 * Where both come from. A URL is compared with a URL only: a service that rungs starts runs on cores and with an
 * environment of its choice, the other does not.
 * @throws UserError with what is wrong with either.
 */
export async function findOrigins(
  texts: Readonly<Record<Side, string>>,
  cwd: string,
  allowRemote: readonly string[],
): Promise<Origins> {
  const found = await Promise.allSettled([
    findOrigin('--base', texts.base, cwd),
    findOrigin('--head', texts.head, cwd),
  ])
  const problems: string[] = []
  for (const [index, one] of found.entries()) {
    if (one.status === 'rejected') {
      if (!(one.reason instanceof UserError)) throw one.reason
      problems.push(...one.reason.problems)
    } else if (one.value.kind === 'url') {
      const checked = checkTarget(one.value.url, allowRemote)
      if ('problem' in checked)
        problems.push(`${index === 0 ? '--base' : '--head'} ${one.value.url}: ${checked.problem}`)
    }
  }
  const [base, head] = found.map((one) => (one.status === 'fulfilled' ? one.value : null))
  if (!base || !head || problems.length > 0) throw new UserError(problems)
  if ((base.kind === 'url') !== (head.kind === 'url')) {
    throw new UserError(
      `--base ${texts.base} and --head ${texts.head}: give URLs for both or for neither; a service that runs already and one that rungs starts are not under the same conditions`,
    )
  }
  return { base, head }
}

export interface PreparedArms {
  readonly base: Arm
  readonly head: Arm
  /** Null for services that run already. */
  readonly identity: GateIdentity | null
}

/**
 * Builds both, the base first, unless they are URLs, and compares what came of it.
 * @throws UserError when one does not build, or lacks what is to be compared; before anything is built, where a folder's
 *   packages are not those of its lock file, or a setting cannot be followed.
 */
export async function prepareArms(
  origins: Origins,
  choices: ProjectChoices,
  comparing: CompareChoices,
  io: BuildIo,
): Promise<PreparedArms> {
  const artefacts = comparing.artefacts ?? []
  await checkFirst(origins, choices, comparing, io)
  const prepare = async (side: Side): Promise<Arm> => {
    const arm = await prepareArm(side, origins[side], choices, io)
    if (arm.dir !== null) requireArtefacts(side, arm.dir, artefacts)
    return arm
  }
  const [base, head] = [await prepare('base'), await prepare('head')]
  const compared = await compareArms({ base, head }, comparing)
  if (compared === null) return { base, head, identity: null }
  const { digests, identity } = compared
  return { base: { ...base, digest: digests.base }, head: { ...head, digest: digests.head }, identity }
}

/** A build of the base may take minutes: what is wrong with either is told before it. */
async function checkFirst(
  origins: Origins,
  { build, carried }: ProjectChoices,
  { artefacts, ignore }: CompareChoices,
  { env }: BuildIo,
): Promise<void> {
  const problems = [
    ...artefactProblems(artefacts ?? [], [origins.base, origins.head]),
    ...ignoreProblems(ignore ?? []),
    ...(carried ? await carryProblems(carried) : []),
  ]
  for (const side of ['base', 'head'] as const) {
    const origin = origins[side]
    if (origin.kind === 'folder') await collecting(problems, () => planFolder(side, origin, build, env))
  }
  if (problems.length > 0) throw new UserError(problems)
}

/** An arm as the result file tells of it. @param name as it was asked for */
export function gateArmOf(name: string, { origin, digest, builtBy }: Arm): GateArm {
  if (origin.kind === 'url') return { name, obtained: origin, digest }
  if (origin.kind === 'ref') {
    return { name, obtained: { kind: 'ref', commit: origin.commit, builtBy: [...builtBy] }, digest }
  }
  const { dir, commit, dirty } = origin
  return {
    name,
    obtained: { kind: 'folder', path: dir, commit, dirty: commit === null ? null : dirty },
    digest,
  }
}

/**
 * The one declaration of the level, to be started in the folder of an arm: so both get the same commands and the same
 * environment, whatever each of them declares itself.
 * @param projectDir the folder that the declaration was read for
 * @throws UserError for a level of rungs' own where the arm is no checkout of rungs: both would run the same code.
 */
export function levelIn(entry: LevelEntry, side: Side, dir: string, projectDir: string): LevelEntry {
  if (entry.source === BUILT_IN) {
    if (isRungs(dir)) return { ...entry, baseDir: dir }
    const { number, name } = entry.level
    throw new UserError(
      `${side}: level ${number} (${name}) is rungs' own and would not run the code in ${dir}: declare a level that does in rungs.config (levels: [...])`,
    )
  }
  const within = relative(projectDir, entry.baseDir)
  const isInside = within !== '..' && !within.startsWith('../') && !isAbsolute(within)
  return { ...entry, baseDir: isInside ? join(dir, within) : dir }
}

function isRungs(dir: string): boolean {
  const file = join(dir, 'package.json')
  if (!existsSync(file)) return false
  try {
    const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return (
      typeof manifest === 'object' && manifest !== null && 'name' in manifest && manifest.name === 'rungs'
    )
  } catch (error) {
    throw new UserError(`${file}: ${messageOf(error)}`)
  }
}
