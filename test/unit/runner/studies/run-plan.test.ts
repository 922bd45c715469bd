import { describe, expect, it } from 'vitest'
import type { Engine, OpenEngine } from '../../../../src/engine/engine.js'
import { createFake } from '../../../../src/engine/fake.js'
import { LaunchError, type UnexpectedExit } from '../../../../src/launch/launcher.js'
import type { Setup } from '../../../../src/model/plan/scenario.js'
import type { Run } from '../../../../src/model/run/run.js'
import type { ServerTruth } from '../../../../src/model/run/server-truth.js'
import type { Observer } from '../../../../src/observe/observer.js'
import type { Booted, PlannedLevel, PlannedScenario } from '../../../../src/runner/cell/booted.js'
import type { RunEvents } from '../../../../src/runner/cell/events.js'
import { type RunParts, runPlan } from '../../../../src/runner/studies/run-plan.js'
import { createHistogram, encodeHistogram, record } from '../../../../src/stats/estimate/histogram.js'
import { deepFreeze } from '../../../helpers/deep-freeze.js'
import { openFake } from '../../../helpers/open-fake.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const truth: ServerTruth = { usage: [], workers: null, stealShare: null, busyShare: null, observerCpuUs: 0 }
const observer: Observer = { watch: async () => ({ stop: async () => truth }) }

/** The same, by a generator that came to its requests 50 ms late as often as it is told to. */
function lateEngine(times: number): OpenEngine {
  const lag = createHistogram()
  record(lag, 50_000, 1_000)
  let runs = 0
  return {
    name: 'open-loop',
    run: async (plan, io) => {
      const sample = await openFake.run(plan, io)
      if (runs++ >= times) return sample
      return {
        ...sample,
        engine: 'open-loop',
        open: { ...sample.open!, ownLagHistogram: encodeHistogram(lag) },
      }
    },
  }
}

function plannedLevel(key: string, skip: PlannedLevel['skip'] = null): PlannedLevel {
  const info = { key, number: Number(key), name: key, title: key, source: 'built-in', workers: 1 }
  return { info: { ...info, bootSeconds: null, services: [] }, level: null, baseDir: '/', workers: 1, skip }
}

function plannedScenario(name: string, setup?: Setup): PlannedScenario {
  const info = { name, title: name, source: 'built-in', connections: 2, timeoutSeconds: 1 }
  return {
    info,
    slos: [],
    scenario: { name, title: name, steps: [{ path: '/' }], ...(setup ? { setup } : {}) },
  }
}

interface Options {
  readonly levels?: PlannedLevel[]
  readonly scenarios?: PlannedScenario[]
  readonly engine?: Engine
  readonly openEngine?: OpenEngine
  readonly boot?: RunParts['boot']
  readonly events?: RunEvents
  readonly latency?: Run['settings']['latency']
  readonly signal?: AbortSignal
}

/** Runs two scenarios at level 0 with a fake engine, unless told otherwise; `log` tells what happened in order. */
async function go(options: Options = {}) {
  const log: string[] = []
  const phases: string[] = []
  const saved: Run[] = []
  const levels = options.levels ?? [plannedLevel('0')]
  const scenarios = options.scenarios ?? [plannedScenario('a'), plannedScenario('b')]
  const names = scenarios.map(({ info }) => info.name)
  const groups = levels.map(({ info }) => ({ level: info.key, repeat: 1, scenarios: names }))
  const run: Run = {
    ...makeRun({ cells: [], settings: { latency: options.latency ?? null } }),
    state: 'running',
    finishedAt: null,
    levels: levels.map(({ info }) => info),
    scenarios: scenarios.map(({ info }) => info),
    plan: groups.flatMap((group) => names.map((scenario) => ({ level: group.level, scenario, repeat: 1 }))),
  }
  const boot: RunParts['boot'] = async (level, label, signal) => {
    log.push(`boot ${label}`)
    const booted = await (options.boot ?? (async () => fakeBooted()))(level, label, signal)
    return {
      ...booted,
      stop: async () => {
        log.push(`stop ${label}`)
      },
    }
  }
  const result = await runPlan(deepFreeze({ run, levels, scenarios, groups }), {
    boot,
    engine: options.engine ?? createFake(),
    observer,
    openEngine: options.openEngine ?? openFake,
    ownStages: null,
    settle: async () => true,
    leaseEnv: {},
    signal: options.signal ?? new AbortController().signal,
    events: options.events ?? { onPhase: (_, phase) => phases.push(phase) },
    save: async (now) => {
      saved.push(structuredClone(now))
    },
  })
  return { result, log, phases, saved, outcomes: result.cells.map(({ outcome }) => outcome) }
}

function fakeBooted(died: Promise<UnexpectedExit> = new Promise(() => {})): Booted {
  return {
    url: 'http://127.0.0.1:1',
    services: [],
    bootSeconds: 0.5,
    warnings: [],
    trees: [],
    workers: null,
    died,
    lastLogLines: () => ['its last words'],
    stop: async () => {},
  }
}

describe('runPlan', () => {
  it('measures every cell with one boot a level, and saves after each', async () => {
    const { result, log, saved } = await go({ levels: [plannedLevel('0'), plannedLevel('1')] })
    expect(log).toEqual(['boot 0-1', 'stop 0-1', 'boot 1-3', 'stop 1-3'])
    expect(result.state).toBe('completed')
    expect(result.cells.map(({ level, scenario }) => level + scenario)).toEqual(['0a', '0b', '1a', '1b'])
    expect(saved.map(({ cells }) => cells.length)).toEqual([0, 1, 2, 3, 4, 4])
  })

  it('tells in the result, and not in the plan, what each level was booted with', async () => {
    const postgres = { name: 'postgres', source: 'embedded', version: '18.4' } as const
    const levels = [plannedLevel('0'), plannedLevel('2', { reason: 'no pm2', fix: null })]
    const { result } = await go({ levels, boot: async () => ({ ...fakeBooted(), services: [postgres] }) })
    expect(result.levels).toMatchObject([
      { key: '0', services: [postgres], bootSeconds: 0.5 },
      { key: '2', services: [], bootSeconds: null },
    ])
    expect(levels[0]?.info).toMatchObject({ services: [], bootSeconds: null })
  })

  it('measures latency at a share of the capacity, when it is wanted', async () => {
    const latency = {
      profile: 'steady',
      arrival: 'uniform',
      rate: null,
      share: 0.5,
      maxConnections: 8,
    } as const
    const { outcomes, phases } = await go({ latency })
    const [first] = outcomes
    if (first?.state !== 'completed') throw new Error('the cell is not completed')
    expect(first.latency).toMatchObject({ profile: 'steady', share: 0.5, rate: first.summary.throughput / 2 })
    expect(first.latency?.validity.state).toBe('valid')
    expect(phases.slice(0, 4)).toEqual(['setup', 'warm-up', 'measure', 'latency'])
  })

  const steady = { profile: 'steady', arrival: 'uniform', rate: null, share: 0.6, maxConnections: 8 } as const
  const one = [plannedScenario('a')]

  it('measures the latency of several levels at one rate, a share of the lowest capacity', async () => {
    const rates = [300, 100, 200]
    let booted = -1
    const boot = async (level: PlannedLevel) => {
      booted = Number(level.info.key)
      return fakeBooted()
    }
    const fake = createFake()
    const engine: Engine = {
      name: 'fake',
      run: async (plan, io) => {
        const sample = await fake.run(plan, io)
        const ok = (rates[booted] ?? 0) * (sample.durationUs / 1e6)
        return { ...sample, counts: { ...sample.counts, sent: ok, ok } }
      },
    }
    const levels = ['0', '1', '2'].map((key) => plannedLevel(key))
    const latency = { ...steady, share: 0.5, shareOf: 'lowest' as const }
    const { result, log, saved } = await go({ levels, boot, engine, latency, scenarios: one })
    expect(log.filter((text) => text.startsWith('boot'))).toEqual([
      'boot 0-1',
      'boot 1-2',
      'boot 2-3',
      'boot 1-5',
      'boot 0-4',
    ])
    expect(result.cells.map(({ level }) => level)).toEqual(['0', '1', '2'])
    const told = result.cells.map(({ outcome }) => outcome.state === 'completed' && outcome)
    expect(told).toMatchObject(
      [300, 100, 200].map((throughput) => ({
        summary: { throughput },
        latency: { rate: 50, share: 0.5, shareOf: 'lowest' },
        warnings: [],
      })),
    )
    // What is measured so far stays, whatever comes.
    expect(saved.map(({ cells }) => cells.length)).toEqual([0, 1, 2, 3, 3, 3, 3])
    expect(saved[1]?.cells[0]?.outcome).toMatchObject({
      state: 'completed',
      latency: null,
      warnings: ['interrupted before its latency was measured'],
    })
  })

  it.each([
    [1, 2, 'valid'],
    [2, 4, 'valid'],
    [9, 4, 'generator-bound'],
  ])('takes a lighter load for a generator that is late %d times: 1 in %d', async (times, part, state) => {
    const { outcomes, phases } = await go({
      latency: steady,
      scenarios: one,
      openEngine: lateEngine(times),
    })
    const [first] = outcomes
    if (first?.state !== 'completed') throw new Error('the cell is not completed')
    const rate = (first.summary.throughput * 0.6) / part
    expect(first.latency).toMatchObject({ rate, share: 0.6 / part, validity: { state } })
    expect(first.latency?.stages.map(({ from, to }) => [from, to])).toEqual([[rate, rate]])
    expect(phases.filter((phase) => phase === 'latency')).toHaveLength(Math.min(times, 2) + 1)
    expect(first.warnings).toEqual([
      expect.stringMatching(
        new RegExp(`^latency was measured at .* \\(${60 / part} % of the capacity\\) instead of .* \\(60 %`),
      ),
    ])
  })

  it('measures at a rate that was asked for, however late the generator is', async () => {
    const latency = { ...steady, rate: 100, share: null }
    const { outcomes, phases } = await go({ latency, scenarios: one, openEngine: lateEngine(9) })
    expect(outcomes).toMatchObject([
      {
        warnings: [],
        latency: { rate: 100, share: null, validity: { state: 'generator-bound' } },
      },
    ])
    expect(phases.filter((phase) => phase === 'latency')).toHaveLength(1)
  })

  it('keeps a skipped level in the result, with reason and fix', async () => {
    const skip = { reason: 'no pm2', fix: 'npm install pm2' }
    const { outcomes, log } = await go({ levels: [plannedLevel('2', skip)] })
    expect(outcomes).toEqual([
      { state: 'skipped', ...skip },
      { state: 'skipped', ...skip },
    ])
    expect(log).toEqual([])
  })

  it('tells every cell of a level that does not boot why, and tries it only once', async () => {
    const boot = async () => {
      throw new LaunchError('boot', 'web ended with code 1', ['Error: no such file'])
    }
    const { outcomes, log } = await go({ boot })
    const failure = {
      state: 'failed',
      stage: 'boot',
      error: 'web ended with code 1',
      log: ['Error: no such file'],
    }
    expect(outcomes).toMatchObject([failure, failure])
    expect(log).toEqual(['boot 0-1'])
  })

  it('boots anew after a level died, and keeps what was measured until then', async () => {
    const fake = createFake()
    let boots = 0
    let die: (exit: UnexpectedExit) => void = () => {}
    const boot = async () => {
      boots += 1
      return fakeBooted(
        new Promise((resolve) => {
          die = resolve
        }),
      )
    }
    let runs = 0
    const engine: Engine = {
      name: 'fake',
      run: async (plan, io) => {
        runs += 1
        // The first cell's measurement, after its warm-up.
        if (runs === 2) die({ process: 'web', code: null, signal: 'SIGKILL' })
        return await fake.run(plan, io)
      },
    }
    const { outcomes, log } = await go({ boot, engine })
    expect(boots).toBe(2)
    expect(outcomes).toMatchObject([
      {
        state: 'failed',
        stage: 'measure',
        error: expect.stringMatching(/process "web" ended by itself \(SIGKILL\)/),
        log: ['its last words'],
        sample: { engine: 'fake' },
      },
      { state: 'completed' },
    ])
    expect(log).toEqual(['boot 0-1', 'stop 0-1', 'boot 0-2', 'stop 0-2'])
  })

  it('keeps finished cells when interrupted, drops the one under way, and stops the level', async () => {
    const interrupt = new AbortController()
    const events: RunEvents = {
      onPhase: (ref, phase) => {
        if (ref.scenario === 'b' && phase === 'measure') interrupt.abort()
      },
    }
    const { result, log, saved } = await go({ events, signal: interrupt.signal })
    expect(result.state).toBe('interrupted')
    expect(result.cells.map(({ scenario }) => scenario)).toEqual(['a'])
    expect(log.at(-1)).toBe('stop 0-1')
    expect(saved.at(-1)).toMatchObject({ state: 'interrupted', finishedAt: expect.any(String) })
  })

  it('keeps the capacity of a cell whose latency was interrupted', async () => {
    const interrupt = new AbortController()
    const events: RunEvents = {
      onPhase: (ref, phase) => {
        if (ref.scenario === 'b' && phase === 'latency') interrupt.abort()
      },
    }
    const { result } = await go({ events, signal: interrupt.signal, latency: steady })
    expect(result.state).toBe('interrupted')
    expect(result.cells.map(({ scenario }) => scenario)).toEqual(['a', 'b'])
    expect(result.cells[1]?.outcome).toMatchObject({
      state: 'completed',
      summary: { throughput: expect.any(Number) },
      latency: null,
      slo: [],
      warnings: ['interrupted before its latency was measured'],
    })
  })

  it('fails a cell whose setup fails, or gives less than its requests use, and goes on with the same boot', async () => {
    const broken = plannedScenario('broken', async () => {
      throw new Error('cannot log in: status 401')
    })
    const lacking = plannedScenario('lacking', async () => ({}))
    lacking.scenario.steps = [{ path: '/{{token}}' }]
    const { outcomes, log } = await go({ scenarios: [broken, lacking, plannedScenario('a')] })
    expect(outcomes).toMatchObject([
      { state: 'failed', stage: 'setup', error: 'cannot log in: status 401' },
      { state: 'failed', stage: 'setup', error: expect.stringContaining('{{token}}') },
      { state: 'completed' },
    ])
    expect(log).toEqual(['boot 0-1', 'stop 0-1'])
  })
})
