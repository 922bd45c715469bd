import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { LevelEntry } from '../../../../src/catalog/entries.js'
import { gateArmOf, levelIn } from '../../../../src/cli/gate/gate-arms.js'
import { writeGateOutputs } from '../../../../src/cli/gate/gate-outputs.js'
import {
  expectedBlockSeconds,
  type GateReading,
  gateSettingsOf,
  readGate,
} from '../../../../src/cli/gate/gate-plan.js'
import { standing } from '../../../../src/cli/gate/gate-progress.js'
import { makeOutput } from '../../../../src/cli/terminal/output.js'
import { GATE_DEFAULTS } from '../../../../src/model/studies/gate-defaults.js'
import { gateBlocks, gateResult, gateSettings } from '../../../helpers/gate-fixture.js'

const root = mkdtempSync(join(tmpdir(), 'rungs-gate-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const level = { number: 0, name: 'single' } as LevelEntry['level']

it('reads of the settings of a run its own and the time-out, and no others', async () => {
  const flags = { base: 'http://127.0.0.1:1', head: 'http://127.0.0.1:2', scenario: 'simple' }
  const output = makeOutput({ quiet: true })
  const env = { TIMEOUT: '7', SEED: '5', DURATION: 'not its own', TARGET: 'http://192.0.2.1' }
  const invocation = { flags, asked: {}, args: [], output, version: '0', env, cwd: root }
  const { settings } = (await readGate(invocation, null)).plan.configuration
  expect(settings).toMatchObject({ timeout: 7, seed: 5, target: null })
})

describe('levelIn', () => {
  it('starts the one declaration in the folder of each arm', () => {
    const entry = { level, source: 'rungs.config.ts', baseDir: '/work/app/service' }
    expect(levelIn(entry, 'base', '/cache/abc', '/work/app').baseDir).toBe('/cache/abc/service')
    expect(levelIn(entry, 'head', '/work/app', '/work/app').baseDir).toBe('/work/app/service')
    // A configuration that --config names may lie anywhere.
    expect(levelIn({ ...entry, baseDir: '/etc' }, 'base', '/cache/abc', '/work/app').baseDir).toBe(
      '/cache/abc',
    )
  })

  it("refuses rungs' own level for code that is not rungs'", () => {
    const entry = { level, source: 'built-in', baseDir: '/usr/lib/rungs' }
    for (const name of ['rungs', 'other']) {
      mkdirSync(join(root, name))
      writeFileSync(join(root, name, 'package.json'), JSON.stringify({ name }))
    }
    expect(levelIn(entry, 'head', join(root, 'rungs'), root).baseDir).toBe(join(root, 'rungs'))
    expect(() => levelIn(entry, 'head', join(root, 'other'), root)).toThrow(
      /head: level 0 .* declare a level/,
    )
    expect(() => levelIn(entry, 'base', root, root)).toThrow(/base: level 0/)
  })
})

it('tells where an arm came from', () => {
  const common = { side: 'base', title: '', dir: '/cache/abc', digest: 'd', cached: false } as const
  const ref = { kind: 'ref', ref: 'main', commit: 'abc', repository: '/work/app', within: '' } as const
  expect(gateArmOf('main', { ...common, origin: ref, builtBy: ['npm ci'] })).toEqual({
    name: 'main',
    obtained: { kind: 'ref', commit: 'abc', builtBy: ['npm ci'] },
    digest: 'd',
  })
  const folder = { kind: 'folder', dir: '/work/app', commit: null, dirty: true } as const
  expect(gateArmOf('.', { ...common, origin: folder, builtBy: [] }).obtained).toEqual({
    kind: 'folder',
    path: '/work/app',
    commit: null,
    dirty: null,
  })
})

it('expects a block to cost its loads, and more for each scenario', () => {
  const one = expectedBlockSeconds(gateSettings(), false)
  const { slices, latencySeconds } = GATE_DEFAULTS.load
  expect(one).toBeGreaterThan(slices + latencySeconds)
  expect(expectedBlockSeconds(gateSettings({ scenarios: ['a', 'b'] }), false)).toBeGreaterThan(1.5 * one)
  expect(expectedBlockSeconds(gateSettings(), true)).toBeLessThan(one)
})

it('leaves CPU out of services by URL, unless it was asked for', () => {
  const of = (metrics: readonly string[], source: string) => {
    const plan = { levels: [], scenarios: [], configuration: { settings: { seed: 1 } } }
    const reading = { plan, choices: { metrics }, sources: { metrics: source } } as unknown as GateReading
    return gateSettingsOf(reading, true).metrics
  }
  expect(of(['throughput', 'cpu'], 'default')).toEqual(['throughput'])
  expect(of(['throughput', 'cpu'], 'rungs.config.json')).toEqual(['throughput'])
  expect(() => of(['throughput', 'cpu'], 'flag')).toThrow(/--metrics cpu: is not known of services by URL/)
  expect(() => of(['cpu'], 'rungs.config.json')).toThrow(/is not known/)
})

it('shows the interval closing in', () => {
  const settings = gateSettings({ metrics: ['throughput'] })
  const lines = (n: number) =>
    standing(
      gateResult({ settings, blocks: gateBlocks(Array.from({ length: n }, (_, i) => 0.01 + i * 0.001)) }),
    )
  expect(lines(0)).toEqual(['simple: nothing that counts yet'])
  expect(lines(4)[0]).toMatch(/^simple: throughput 1\.\d % slower$/)
  expect(lines(6)[0]).toMatch(/^simple: throughput 1\.\d % slower \(1\.\d % slower … 1\.\d % slower\)$/)
})

it('has a file for every reader', async () => {
  const dir = join(root, 'outputs')
  mkdirSync(dir)
  await writeGateOutputs({ env: {}, output: makeOutput({ quiet: true }) }, dir, gateResult())
  expect(readdirSync(dir).sort()).toEqual([
    'gate.badge.json',
    'gate.bencher.json',
    'gate.benchmark.json',
    'gate.html',
    'gate.junit.xml',
    'gate.md',
  ])
})
