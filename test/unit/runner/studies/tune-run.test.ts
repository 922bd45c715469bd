import { expect, it } from 'vitest'
import { createFake } from '../../../../src/engine/fake.js'
import { LaunchError } from '../../../../src/launch/launcher.js'
import type { ServerTruth } from '../../../../src/model/run/server-truth.js'
import { GATE_DEFAULTS } from '../../../../src/model/studies/gate-defaults.js'
import type { TuneResult } from '../../../../src/model/studies/tune.js'
import type { Booted, PlannedLevel } from '../../../../src/runner/cell/booted.js'
import { runTune } from '../../../../src/runner/studies/tune-run.js'
import { deepFreeze } from '../../../helpers/deep-freeze.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const truth: ServerTruth = { usage: [], workers: null, stealShare: null, busyShare: null, observerCpuUs: 0 }
const postgres = { name: 'postgres', source: 'embedded', version: '18.4' } as const

const level = { key: '1', number: 1, name: 'cluster', title: 'Cluster', source: 'built-in', workers: 3 }
const info = { ...level, bootSeconds: null, services: [] }
const scenario = { name: 'a', title: 'a', source: 'built-in', connections: 2, timeoutSeconds: 1 }

function unmeasured(): TuneResult {
  const { id, startedAt, git, machine, tool, settings } = makeRun({ cells: [] })
  const candidate = { pool: null, isFormula: false }
  return {
    ...{
      schemaVersion: 1,
      kind: 'tune',
      tool,
      id,
      startedAt,
      finishedAt: null,
      state: 'running',
      git,
      machine,
    },
    settings: { ...settings, warmupSeconds: 0, latency: null },
    ...{ level: info, scenario, measurements: [], pairs: [], verdict: null, warnings: [] },
    plan: {
      ...{ firstSeconds: 1, finalists: 2, pairs: 6, budgetSeconds: null, poolVariable: null },
      pairLoad: GATE_DEFAULTS.load,
    },
    candidates: [
      { key: 'w1', workers: 1, ...candidate },
      { key: 'w3', workers: 3, ...candidate, isFormula: true },
    ],
  }
}

/** Boots level after level until `boot` refuses or the second measurement is done, which interrupts. */
async function go(boot: (planned: PlannedLevel) => void = () => {}) {
  const stop = new AbortController()
  const saved: TuneResult[] = []
  let done = 0
  const result = await runTune(
    deepFreeze({
      result: unmeasured(),
      scenario: { info: scenario, scenario: { name: 'a', title: 'a', steps: [{ path: '/' }] }, slos: [] },
      levelOf: ({ workers }) => ({
        info: { ...info, workers },
        level: null,
        baseDir: '/',
        workers,
        skip: null,
      }),
    }),
    {
      boot: async (planned): Promise<Booted> => {
        boot(planned)
        return {
          ...{ url: 'http://127.0.0.1:1', services: [postgres], bootSeconds: 0.5, warnings: [], trees: [] },
          ...{ workers: null, died: new Promise(() => {}), lastLogLines: () => [], stop: async () => {} },
        }
      },
      ...{
        engine: createFake(),
        openEngine: { name: 'fake', run: () => Promise.reject(new Error('unasked')) },
      },
      observer: { watch: async () => ({ stop: async () => truth }) },
      ...{ settle: async () => true, leaseEnv: {}, events: {}, signal: stop.signal, duet: {} as never },
      onMeasured: () => {
        if (++done === 2) stop.abort(new Error('interrupted'))
      },
      onPair: () => {},
      save: async (now) => void saved.push(structuredClone(now)),
    },
  )
  return { result, saved }
}

it('tells which services the level ran on, and how long its last boot took, from the first measurement on', async () => {
  const { result, saved } = await go()
  expect(result.level).toEqual({ ...info, services: [postgres], bootSeconds: 0.5 })
  expect(saved.find(({ measurements }) => measurements.length === 1)?.level.services).toEqual([postgres])
})

it('takes a candidate that does not boot for a finding, and goes on', async () => {
  const { result } = await go(({ workers }) => {
    if (workers === 3) throw new LaunchError('boot', 'out of memory', ['killed'])
  })
  const { outcome } = result.measurements.find(({ candidate }) => candidate === 'w3') ?? {}
  expect(outcome).toMatchObject({ state: 'failed', stage: 'boot', error: 'out of memory', log: ['killed'] })
  expect(result.level.services).toEqual([postgres])
})
