import { describe, expect, it } from 'vitest'
import { createFake } from '../../../../src/engine/fake.js'
import { beginRecord } from '../../../../src/model/run/record.js'
import type { Run } from '../../../../src/model/run/run.js'
import type { ServerTruth } from '../../../../src/model/run/server-truth.js'
import { Ladder } from '../../../../src/model/studies/ladder.js'
import type { PlannedLevel, PlannedScenario } from '../../../../src/runner/cell/booted.js'
import { runLadder } from '../../../../src/runner/studies/ladder-run.js'
import { deepFreeze } from '../../../helpers/deep-freeze.js'
import { openFake } from '../../../helpers/open-fake.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const truth: ServerTruth = { usage: [], workers: null, stealShare: null, busyShare: null, observerCpuUs: 0 }
const redis = { name: 'redis', source: 'installed', version: '7.2' } as const

/** One level and one scenario, whose latency is measured at half of its capacity; `step` is told each step. */
async function go(step: (stop: AbortController) => void = () => {}) {
  const stop = new AbortController()
  const [saved, ladders]: [Run[], Ladder[]] = [[], []]
  const level = { key: '0', number: 0, name: 'single', title: 'One', source: 'built-in', workers: 1 }
  const planned: PlannedLevel = {
    ...{
      info: { ...level, bootSeconds: null, services: [] },
      level: null,
      baseDir: '/',
      workers: 1,
      skip: null,
    },
  }
  const scenario: PlannedScenario = {
    info: { name: 'a', title: 'a', source: 'built-in', connections: 2, timeoutSeconds: 1 },
    ...{ slos: [], scenario: { name: 'a', title: 'a', steps: [{ path: '/' }] } },
  }
  const latency = {
    profile: 'steady',
    arrival: 'uniform',
    rate: null,
    share: 0.5,
    maxConnections: 8,
  } as const
  const run: Run = {
    ...makeRun({ cells: [], settings: { latency, durationSeconds: 1, warmupSeconds: 0 } }),
    ...{ state: 'running', finishedAt: null, levels: [planned.info], scenarios: [scenario.info] },
    plan: [{ level: '0', scenario: 'a', repeat: 1 }],
  }
  const ladder: Ladder = {
    ...beginRecord(Ladder, run),
    ...{ share: 0.5, rates: [], boots: [], reloads: [] },
  }
  const groups = [{ level: '0', repeat: 1, scenarios: ['a'] }]
  const plan = deepFreeze({ run, ladder, levels: [planned], scenarios: [scenario], groups })
  const result = await runLadder(plan, {
    boot: async () => ({
      ...{ url: 'http://127.0.0.1:1', services: [redis], bootSeconds: 0.5, warnings: [], trees: [] },
      ...{ workers: null, died: new Promise(() => {}), lastLogLines: () => [] },
      stop: async () => {},
      control: async () => '',
    }),
    ...{ engine: createFake(), openEngine: openFake, askWorkers: async () => [] },
    observer: { watch: async () => ({ stop: async () => truth }) },
    ...{ settle: async () => true, leaseEnv: {}, events: {}, ownStages: null, signal: stop.signal },
    onStep: () => step(stop),
    save: async (now) => void saved.push(structuredClone(now)),
    saveLadder: async (now) => void ladders.push(structuredClone(now)),
  })
  return { ...result, saved, ladders }
}

describe('runLadder', () => {
  it('finds the rate, measures at it, and tells boots and services in the results, not in the plan', async () => {
    const { run, ladder, saved, ladders } = await go()
    const [rate] = ladder.rates
    expect(rate).toMatchObject({ scenario: 'a', of: { level: '0' } })
    expect(run.scenarios).toMatchObject([{ name: 'a', rate: rate?.rate }])
    expect(run.settings.latency?.share).toBeNull()
    expect(run.cells.map(({ outcome }) => outcome)).toMatchObject([
      { state: 'completed', latency: { rate: rate?.rate } },
    ])
    expect(run.levels).toMatchObject([{ services: [redis], bootSeconds: 0.5 }])
    // Once for the rate, once for the cell.
    expect(ladder.boots).toEqual(Array.from({ length: 2 }, () => ({ level: '0', seconds: 0.5 })))
    expect([saved.at(-1), ladders.at(-1)]).toEqual([run, ladder])
    expect([run.state, ladder.state]).toEqual(['completed', 'completed'])
  })

  it('ends both results when it is interrupted before the first cell', async () => {
    const { run, ladder, saved } = await go((stop) => stop.abort(new Error('interrupted')))
    expect([run.state, ladder.state, run.cells]).toEqual(['interrupted', 'interrupted', []])
    expect(saved).toEqual([run])
    expect(run.finishedAt).toBe(ladder.finishedAt)
  })
})
