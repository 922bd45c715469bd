import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BuildIo } from '../../../src/arms/build-arm.js'
import { findOrigins, prepareArms } from '../../../src/cli/gate/gate-arms.js'
import { type OpenLease, openLease } from '../../../src/launch/lease/lease.js'
import {
  CHANGES,
  type Change,
  commit,
  git,
  type ProjectKind,
  repositoryAt,
  runBuild,
  type SmallRepository,
  smallRepository,
} from '../../helpers/small-repository.js'

/** Another one draws other repositories; it stands in the name of each test. */
const SEED = Number(process.env.RUNGS_PROPERTY_SEED ?? 14)
const REPOSITORIES = 40

let root = ''
let lease: OpenLease

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'rungs-identity-'))
  lease = await openLease({ env: process.env, stateDir: join(root, 'state') })
})

afterAll(async () => {
  await lease.release()
  rmSync(root, { recursive: true, force: true })
})

/** What a package manager writes anew at each installation. */
const WRITTEN_BY_THE_BUILD = /node_modules\/\.(modules\.yaml|yarn-integrity|package-lock\.json)$/

/** All that lies in a working tree, and what git makes of it. */
function stateOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => !/^\.git(\/|$)/.test(path) && !WRITTEN_BY_THE_BUILD.test(path),
  )
  const state = files.sort().map((path): [string, string] => {
    const stats = lstatSync(join(folder, path))
    const content = stats.isSymbolicLink()
      ? readlinkSync(join(folder, path))
      : stats.isFile()
        ? readFileSync(join(folder, path), 'base64')
        : ''
    return [path, `${stats.mode} ${content}`]
  })
  const known = git(folder, 'status', '--porcelain=2', '--branch')
  return { ...Object.fromEntries(state), ' git': known }
}

const templates = new Map<ProjectKind, string>()

/** Making one takes many calls of git: each kind is made once. */
function copyOf(kind: ProjectKind, folder: string): SmallRepository {
  const template = templates.get(kind) ?? mkdtempSync(join(root, 'template-'))
  if (!templates.has(kind)) {
    const { root: made } = smallRepository(kind, template)
    git(made, 'tag', 'before')
    templates.set(kind, template)
  }
  cpSync(template, folder, { recursive: true, verbatimSymlinks: true })
  return repositoryAt(kind, folder)
}

async function compared(name: string, change: Change, draw: { kind: number; committed: boolean }) {
  const folder = mkdtempSync(join(root, 'one-'))
  const kind = change.kinds[draw.kind % change.kinds.length] as (typeof change.kinds)[number]
  const repository = copyOf(kind, folder)
  change.make(repository, folder)
  if (draw.committed) commit(repository.root)
  // What the developer's own build makes of the change is there before rungs comes.
  runBuild(repository)
  const before = stateOf(repository.root)
  const env = { ...process.env, RUNGS_CACHE_DIR: join(folder, 'cache') }
  const signal = new AbortController().signal
  const io: BuildIo = { lease, signal, env, logDir: join(folder, 'logs') }
  const origins = await findOrigins({ base: 'before', head: '.' }, repository.project, [])
  const { project, build } = repository
  const comparing = {
    artefacts: null,
    ignore: null,
    own: { out: join(project, 'reports'), others: [join(folder, 'cache/arms')] },
    declared: { projectDir: project, config: join(project, 'rungs.config.json'), files: [] },
    signal,
  }
  const { identity } = await prepareArms(origins, { build }, comparing, io)
  expect(stateOf(repository.root), `${name}: the working tree`).toEqual(before)
  return { identity, kind }
}

describe(`whether base and head are the same (seed ${SEED})`, () => {
  const draws = fc.sample(fc.record({ kind: fc.nat(1000), committed: fc.boolean() }), {
    seed: SEED,
    numRuns: REPOSITORIES,
  })
  const names = Object.keys(CHANGES)
  const cases = draws.map((draw, index) => ({ draw, name: names[index % names.length] as string, index }))

  it.each(cases)('$index: $name, $draw', async ({ draw, name }) => {
    const change = CHANGES[name] as Change
    const { identity, kind } = await compared(name, change, draw)
    const said = `${name} in ${kind}: ${JSON.stringify(identity)}`
    expect(identity?.same, said).toBe(!change.reaches)
    expect((identity?.differing.count ?? 0) > 0, said).toBe(change.reaches)
  })
})
