import { readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { schemaFiles } from '../../../src/config/schema-files.js'
import { identicalDecision } from '../../../src/gate/decision.js'
import { gateIdentity, gateResult, gateSettings } from '../../helpers/gate-fixture.js'

const files = schemaFiles()

/** As strict as ajv can be, but for tuples: typebox bounds those by `additionalItems`. */
function compile(name: string) {
  const ajv = new Ajv({ strict: true, strictTuples: false, strictTypes: false, allErrors: true })
  const schema: object = JSON.parse(files[name] ?? '')
  expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true)
  return ajv.compile(schema)
}

function accepts(name: string, value: unknown): boolean {
  return compile(name)(value)
}

const run = {
  schemaVersion: 1,
  kind: 'run',
  tool: { name: 'rungs', version: '0.1.0' },
  id: '2026-01-31T09-05-07-level-0',
  startedAt: '2026-01-31T09:05:07.000Z',
  finishedAt: null,
  state: 'running',
  git: null,
  machine: {
    hostname: 'h',
    os: 'linux',
    kernel: '6.1',
    cpuModel: 'x',
    cores: 2,
    usableCores: 1.5,
    memoryBytes: 1,
    memoryLimitBytes: null,
    node: 'v20.19.0',
  },
  settings: {
    durationSeconds: 10,
    warmupSeconds: 3,
    connections: null,
    timeoutSeconds: 10,
    repeats: 1,
    latency: null,
    generators: 1,
    affinity: { generator: [0], service: [1] },
    seed: 1,
  },
  levels: [],
  scenarios: [],
  plan: [{ level: '0', scenario: 'simple', repeat: 1 }],
  cells: [
    {
      level: '0',
      scenario: 'simple',
      repeat: 1,
      startedAt: '',
      finishedAt: '',
      outcome: { state: 'failed', stage: 'boot', error: 'e', log: [], sample: null },
    },
  ],
  warnings: [],
}

describe('the published schemas', () => {
  it('are those of the types (node dist/src/config/write-schemas.js writes them)', () => {
    expect(readdirSync('schemas').sort()).toEqual(Object.keys(files).sort())
    for (const [name, text] of Object.entries(files)) {
      expect(readFileSync(`schemas/${name}`, 'utf8'), name).toBe(text)
    }
  })

  it('say by which draft they are to be read', () => {
    for (const text of Object.values(files)) {
      expect(JSON.parse(text)).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#' })
    }
  })

  it('accept a gate and refuse what is none', () => {
    expect(accepts('gate-1.json', gateResult())).toBe(true)
    expect(
      accepts('gate-1.json', gateResult({ decision: identicalDecision(gateSettings(), gateIdentity()) })),
    ).toBe(true)
    expect(accepts('gate-1.json', { ...gateResult(), schemaVersion: 2 })).toBe(false)
    expect(accepts('gate-1.json', { ...gateResult(), extra: 1 })).toBe(false)
    expect(accepts('gate-1.json', gateResult({ settings: gateSettings({ scenarios: [] }) }))).toBe(false)
  })

  it('accept a run and refuse what is none', () => {
    expect(accepts('run-1.json', run)).toBe(true)
    expect(accepts('run-1.json', { ...run, schemaVersion: 2 })).toBe(false)
    expect(accepts('run-1.json', { ...run, extra: 1 })).toBe(false)
    expect(
      accepts('run-1.json', { ...run, cells: [{ ...run.cells[0], outcome: { state: 'failed' } }] }),
    ).toBe(false)
  })

  it('accept a configuration and refuse what is none', () => {
    const level = {
      number: 0,
      name: 'mine',
      title: 'Mine',
      processes: [{ name: 'web', role: 'web', command: 'node' }],
      ready: { path: '/' },
    }
    expect(accepts('config-1.json', { $schema: 'x', levels: [level], defaults: { level: 0 } })).toBe(true)
    expect(accepts('config-1.json', { levels: [{ ...level, ready: {} }] })).toBe(false)
    expect(accepts('config-1.json', { default: {} })).toBe(false)
  })

  it('accept a scenario and refuse what is none', () => {
    const scenario = { name: 's', title: 'S', steps: [{ path: '/' }], variables: { n: { int: [1, 2] } } }
    expect(accepts('scenario-1.json', { $schema: 'x', ...scenario })).toBe(true)
    expect(accepts('scenario-1.json', { ...scenario, variables: { n: { int: [1, 2, 3] } } })).toBe(false)
    expect(accepts('scenario-1.json', { ...scenario, variables: { 'n-1': { uuid: true } } })).toBe(false)
    expect(accepts('scenario-1.json', { ...scenario, steps: [] })).toBe(false)
  })
})
