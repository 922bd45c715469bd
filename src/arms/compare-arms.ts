import { createHash } from 'node:crypto'
import { join, normalize, relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { GateIdentity } from '../model/studies/gate-identity.js'
import { type Fingerprint, fingerprintOf } from './fingerprint.js'
import { type Comparing, identityOf, type Readable } from './identity.js'
import { DEFAULT_IGNORE, ignoring } from './ignore-patterns.js'
import { type OwnFolders, ownFiles } from './own-files.js'
import type { Arm } from './prepare-arm.js'
import { expandLinks, type Linked, withoutDerived } from './refine-tree.js'
import { listTree, placeIn } from './tree.js'
import { ignoredIn, modulesAbove, realPath, trackedIn, type Whereabouts, whereIs } from './whereabouts.js'

export interface CompareChoices {
  /** Names in the project's folder that decide alone; null: everything that can be read counts. */
  readonly artefacts: readonly string[] | null
  /** Patterns of what does not count; null: the defaults. */
  readonly ignore: readonly string[] | null
  readonly own: OwnFolders
  /** The folder whose configuration declares level and scenarios, that file, and the files it takes in; absolute. */
  readonly declared: {
    readonly projectDir: string
    readonly config: string | null
    readonly files: readonly string[]
  }
  readonly signal: AbortSignal
}

export interface ComparedArms {
  readonly identity: GateIdentity
  /** Of everything that counts; equal ones are the same. */
  readonly digests: Readonly<Record<'base' | 'head', string>>
}

type Pause = () => Promise<void>

const MOST_FILES = 1_000_000

const CACHES =
  'node_modules/.cache is not compared, programs in it excepted: build tools make it from what is'

/**
 * Compares everything that the processes of two built arms can read: their repositories as they lie on the disk, whether
 * git tracks, ignores or does not know a file, and what links lead to. By content, never by a list of folders.
 * @returns null for services that run already
 */
export async function compareArms(
  { base, head }: Readonly<Record<'base' | 'head', Arm>>,
  choices: CompareChoices,
): Promise<ComparedArms | null> {
  if (base.dir === null || head.dir === null) return null
  const pause = pauser(choices.signal)
  const [inBase, inHead] = [await whereIs(base.dir), await whereIs(head.dir)]
  const outPlace = placeIn(inHead.root, realPath(choices.own.out))
  const one = await listed(inBase, outPlace, choices, pause)
  const other = await listed(inHead, outPlace, choices, pause)
  await expandLinks(one, other, pause)
  const cachesDiffer = withoutDerived(one.tree) !== withoutDerived(other.tree)
  const comparing: Comparing = {
    base: await read(base, inBase, one, other, pause),
    head: await read(head, inHead, other, one, pause),
    artefacts: choices.artefacts,
    isIgnored: ignoring(choices.ignore ?? DEFAULT_IGNORE, inHead.within),
    declared: declaredIn(head, inHead, choices.declared),
    ignoredByGit: head.origin.kind === 'folder' ? await ignoredIn(inHead.root) : [],
  }
  const identity = identityOf(comparing)
  return {
    identity: cachesDiffer ? { ...identity, notes: [...identity.notes, CACHES] } : identity,
    digests: { base: digestOf(comparing.base, comparing), head: digestOf(comparing.head, comparing) },
  }
}

async function listed(
  { root, within }: Whereabouts,
  outPlace: string | null,
  { artefacts, ignore, own }: CompareChoices,
  pause: Pause,
): Promise<Linked> {
  const out = outPlace === null ? realPath(own.out) : join(root, outPlace)
  // A checkout lies in a folder of rungs' own, and is what is compared.
  const others = own.others.map(realPath).filter((folder) => placeIn(folder, root) === null)
  const isOwn = ownFiles({ out, others }, join(root, within), await trackedIn(root, out))
  const starts = (artefacts ?? []).map((name) => normalize(join(within, name)).replace(/\/$/, ''))
  const isIgnored = artefacts === null ? ignoring(ignore ?? DEFAULT_IGNORE, within) : () => false
  const covers = (path: string): boolean =>
    (starts.length === 0 || starts.some((start) => placeIn(start, path) !== null)) &&
    !/(^|\/)\.git(\/|$)/.test(path) &&
    !isOwn(join(root, path)) &&
    !isIgnored(path) &&
    !isIgnored(`${path}/`)
  const tree = await listTree({ root, starts, covers, isOwn, pause, most: MOST_FILES })
  if (artefacts === null)
    for (const folder of modulesAbove(root)) tree.set(folder, { kind: 'elsewhere', real: realPath(folder) })
  return { root, tree, covers }
}

async function read(
  arm: Arm,
  { root, within }: Whereabouts,
  { tree }: Linked,
  other: Linked,
  pause: Pause,
): Promise<Readable> {
  const prints = new Map<string, Fingerprint>()
  for (const [path, entry] of tree) {
    await pause()
    prints.set(path, fingerprintOf(entry, arm.side, root, !other.tree.has(path)))
  }
  return { prints, within }
}

function declaredIn(
  head: Arm,
  { within }: Whereabouts,
  { projectDir, config, files }: CompareChoices['declared'],
): Comparing['declared'] {
  const placeOf = (file: string): string | null => {
    const place = normalize(join(within, relative(projectDir, file)))
    return place.startsWith('../') ? null : place
  }
  return {
    by: head.dir !== null && realPath(head.dir) === realPath(projectDir) ? 'the head' : projectDir,
    config: config === null ? null : placeOf(config),
    files: files.flatMap((file) => placeOf(file) ?? []),
  }
}

function digestOf({ prints }: Readable, { artefacts, isIgnored, declared }: Comparing): string {
  const hash = createHash('sha256')
  for (const path of [...prints.keys()].sort()) {
    if (artefacts === null && (isIgnored(path) || path === declared.config)) continue
    hash.update(`${path}\0${prints.get(path)?.placed}\0`)
  }
  return hash.digest('hex')
}

/** Reading is done at one go, file by file: others, Ctrl-C among them, get a turn now and then. */
function pauser(signal: AbortSignal): Pause {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < 50) return
    await setImmediate()
    signal.throwIfAborted()
    last = performance.now()
  }
}
