import { describe, expect, it } from 'vitest'
import type { DuetEngine } from '../../../../src/engine/duet/duet.js'
import { createFake } from '../../../../src/engine/fake.js'
import { firstArm } from '../../../../src/gate/resume.js'
import { LaunchError, type UnexpectedExit } from '../../../../src/launch/launcher.js'
import type { LoadPlan } from '../../../../src/model/plan/load-plan.js'
import type { Sample } from '../../../../src/model/run/sample.js'
import type { GateResult } from '../../../../src/model/studies/gate.js'
import { GATE_DEFAULTS } from '../../../../src/model/studies/gate-defaults.js'
import type { Side } from '../../../../src/runner/blocks/arms-block.js'
import type { Booted, PlannedLevel, PlannedScenario } from '../../../../src/runner/cell/booted.js'
import { blocksLeft, type GateParts, runGate } from '../../../../src/runner/studies/gate-run.js'
import { UserError } from '../../../../src/words/errors.js'
import { ExitCode } from '../../../../src/words/exit-codes.js'
import { gateBlocks, gateResult, gateSettings } from '../../../helpers/gate-fixture.js'

const URLS: Readonly<Record<Side, string>> = { base: 'http://base', head: 'http://head' }

/** Looks at which few blocks suffice; blocks of one slice without warm-up. */
const settings = gateSettings({
  scenarios: ['a', 'b'],
  metrics: ['throughput'],
  looks: [4, 6],
  alpha: 0.5,
  beta: 0.5,
  budgetSeconds: 600,
  load: { ...GATE_DEFAULTS.load, warmupSeconds: 0, slices: 1, latencySeconds: 0 },
})

function scenario(name: string): PlannedScenario {
  const info = { name, title: name, source: 'built-in', connections: 2, timeoutSeconds: 1 }
  return { info, slos: [], scenario: { name, title: name, steps: [{ path: '/' }] } }
}

const level = {
  info: { key: '0' },
  level: null,
  baseDir: '/',
  workers: 1,
  skip: null,
} as unknown as PlannedLevel

interface Options {
  readonly result?: GateResult
  readonly slowdown?: number
  /** Changes what an arm answers. */
  readonly answers?: (side: Side, sample: Sample) => Sample
  readonly died?: (side: Side) => Promise<UnexpectedExit>
  readonly bootError?: (side: Side) => Error | null
  /** Called before each load with how many went before. */
  readonly onLoad?: (loads: number, abort: AbortController) => void
}

function fakeEngine(
  { slowdown = 0, answers = (_, sample) => sample, onLoad }: Options,
  abort: AbortController,
): DuetEngine {
  let loads = 0
  const sideOf = (plan: LoadPlan): Side => (plan.baseUrl === URLS.base ? 'base' : 'head')
  return {
    async closed(plans, io) {
      onLoad?.(loads++, abort)
      const [one, other] = await Promise.all(
        plans.map(async (plan) => {
          const perSecond = sideOf(plan) === 'head' ? 1000 / (1 + slowdown) : 1000
          return answers(
            sideOf(plan),
            await createFake({ perSecond }).run(plan, { signal: io.signal, env: {} }),
          )
        }),
      )
      return [one as Sample, other as Sample]
    },
    open: () => Promise.reject(new Error('no latency was asked for')),
    standBy() {},
    async standDown() {},
  }
}

async function go(options: Options = {}) {
  const log: string[] = []
  const saved: GateResult[] = []
  const abort = new AbortController()
  const parts: GateParts = {
    engine: fakeEngine(options, abort),
    boot: async (side, _level, label) => {
      const problem = options.bootError?.(side)
      if (problem) throw problem
      log.push(`boot ${label}`)
      const booted: Booted = {
        url: URLS[side],
        services: [],
        bootSeconds: 1,
        warnings: [],
        trees: [],
        workers: null,
        died: options.died?.(side) ?? new Promise(() => {}),
        lastLogLines: () => ['out of memory'],
        stop: async () => void log.push(`stop ${label}`),
      }
      return booted
    },
    settle: async () => true,
    treeCpu: () => ({ cpuUs: 0, rssBytes: 0, pids: [] }),
    watchSteal: () => () => null,
    leaseEnv: {},
    signal: abort.signal,
    save: async (now) => void saved.push(structuredClone(now)),
    events: {},
  }
  const result = options.result ?? gateResult({ settings, blocks: [], decision: null })
  const plan = {
    result,
    levels: { base: level, head: level },
    scenarios: [scenario('a'), scenario('b')],
    generatorCpus: null,
    blockSeconds: 10,
  }
  const ended = runGate(plan, parts)
  return { ended, log, saved }
}

async function failureOf(options: Options) {
  const { ended, saved, log } = await go(options)
  const error = await ended.then(
    () => null,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(UserError)
  return { error: error as UserError, last: saved.at(-1), log }
}

describe('runGate', () => {
  it('boots a fresh pair a block in the order of the coin, stops both, and saves after each', async () => {
    const { ended, log, saved } = await go()
    const result = await ended
    expect(result.state).toBe('completed')
    expect(result.decision).toMatchObject({ verdict: 'pass', ended: 'decided' })
    expect(result.blocks).toHaveLength(4)
    const booted = log.filter((line) => line.startsWith('boot'))
    expect(booted).toEqual(
      [1, 2, 3, 4].flatMap((index) => {
        const first = firstArm(settings.seed, index)
        return [`boot ${first}${index}`, `boot ${first === 'base' ? 'head' : 'base'}${index}`]
      }),
    )
    for (const [at, line] of log.entries()) {
      if (line.startsWith('boot') && at >= 4)
        expect(log.slice(0, at).filter((l) => l.startsWith('stop')).length).toBeGreaterThan(0)
    }
    expect(log.filter((line) => line.startsWith('stop'))).toHaveLength(booted.length)
    expect([...new Set(saved.map(({ blocks }) => blocks.length))]).toEqual([0, 1, 2, 3, 4])
    expect(result.blocks[0]?.cells.map((cell) => cell.scenario)).toEqual(['a', 'b'])
  })

  it('finds a slower head, whichever arm came first', async () => {
    const { ended } = await go({ slowdown: 0.5 })
    const result = await ended
    expect(result.decision?.verdict).toBe('regress')
    const [row] = result.decision?.rows ?? []
    expect(row?.estimate).toBeCloseTo(Math.log(1.5), 1)
  })

  it('counts errors of each arm, and drops a phase in which one answered nothing in a slice', async () => {
    const half = (side: Side, sample: Sample): Sample => {
      if (side === 'base') return sample
      const { counts } = sample
      const bad = Math.floor(counts.ok / 2)
      return {
        ...sample,
        counts: { ...counts, ok: counts.ok - bad, timeout: bad },
        intervals: sample.intervals.map((interval) => ({ ...interval, ok: 0 })),
      }
    }
    const { ended } = await go({ answers: half })
    const result = await ended
    const cell = result.blocks[0]?.cells[0]
    expect(cell?.capacity.head.errors).toBeGreaterThan(0)
    expect(cell?.capacity.base.errors).toBe(0)
    expect(cell?.capacity.dropped).toMatch(/^head answered nothing as expected in slice 1/)
    expect(result.decision?.verdict).not.toBe('pass')
  })

  it('keeps what the errors of each arm were', async () => {
    const kinds = [{ what: 'status 500', count: 3, steps: [{ name: 'GET /', count: 3 }] }]
    const { ended } = await go({
      answers: (side, sample) =>
        side === 'base' ? sample : { ...sample, counts: { ...sample.counts, badStatus: 3 }, errors: kinds },
      onLoad: (loads, abort) => loads === 2 && abort.abort(new Error('interrupted')),
    })
    const { capacity } = (await ended).blocks[0]?.cells[0] ?? {}
    expect([capacity?.base.kinds, capacity?.head.kinds]).toEqual([undefined, kinds])
  })

  it('compares nothing where the generator met a limit of its own: one arm had fewer connections', async () => {
    const limits = [{ what: 'EMFILE', count: 9 }]
    const { ended } = await go({
      slowdown: 0.5,
      answers: (side, sample) =>
        side === 'base' ? sample : { ...sample, generator: { ...sample.generator, limits } },
      onLoad: (loads, abort) => loads === 2 && abort.abort(new Error('interrupted')),
    })
    const { blocks, decision } = await ended
    expect(blocks[0]?.cells[0]?.capacity).toMatchObject({
      slices: [],
      dropped: expect.stringMatching(/^generator-bound: .*9 × EMFILE/) as string,
    })
    expect(decision?.verdict).toBe('inconclusive')
  })

  it('keeps finished blocks when interrupted, and goes on from them', async () => {
    // Two loads a block: the third block is under way.
    const { ended, log } = await go({
      onLoad: (loads, abort) => loads === 5 && abort.abort(new Error('interrupted')),
    })
    const stopped = await ended
    expect(stopped).toMatchObject({ state: 'interrupted', decision: { ended: 'interrupted' } })
    expect(stopped.blocks).toHaveLength(2)
    expect(log.filter((line) => line.startsWith('stop'))).toHaveLength(6)
    const resumed = await go({ result: stopped })
    const result = await resumed.ended
    expect(result.blocks.map(({ index }) => index)).toEqual([1, 2, 3, 4])
    expect(result.decision?.ended).toBe('decided')
  })

  it('stops at the end of the budget without a verdict', async () => {
    const blocks = gateBlocks([0.02, -0.01]).map((block) => ({ ...block, seconds: 250 }))
    const { ended } = await go({ result: gateResult({ settings, blocks }) })
    const result = await ended
    expect(result.blocks).toHaveLength(2)
    expect(result.decision).toMatchObject({ verdict: 'inconclusive', ended: 'budget' })
    expect(result.warnings.join()).toMatch(/600 s is room for 2 blocks of 250 s, but .* give it 1000 s/)
  })
})

describe('an arm that does not do', () => {
  const sides = [
    ['head', ExitCode.Missed],
    ['base', ExitCode.Usage],
  ] as const

  it.each(sides)('%s does not boot', async (bad, exitCode) => {
    const { error, last, log } = await failureOf({
      bootError: (side) => (side === bad ? new LaunchError('boot', 'not ready: no such module', []) : null),
    })
    expect(error.problems).toEqual([`${bad} does not boot: not ready: no such module`])
    expect(error.exitCode).toBe(exitCode)
    expect(last).toMatchObject({ state: 'failed', decision: null })
    expect(log.filter((line) => line.startsWith('stop'))).toHaveLength(
      log.filter((line) => line.startsWith('boot')).length,
    )
  })

  it.each(sides)('%s answers with a wrong body', async (bad, exitCode) => {
    const wrong = (side: Side, sample: Sample): Sample =>
      side === bad
        ? {
            ...sample,
            counts: { ...sample.counts, ok: sample.counts.ok - 3, badBody: 3 },
            errors: [{ what: 'body without "ok"', count: 3 }],
          }
        : sample
    const { error } = await failureOf({ answers: wrong })
    expect(error.problems[0]).toMatch(
      new RegExp(`^${bad} answers with a wrong body, 3 of .*: 3 × body without "ok" \\(scenario a\\)`),
    )
    expect(error.exitCode).toBe(exitCode)
  })

  it('blames the base where both answer wrongly', async () => {
    const none = (_: Side, sample: Sample): Sample => ({
      ...sample,
      counts: { ...sample.counts, ok: 0, badStatus: sample.counts.sent },
      errors: [{ what: 'status 404', count: sample.counts.sent }],
    })
    const { error } = await failureOf({ answers: none })
    expect(error.exitCode).toBe(ExitCode.Usage)
    expect(error.message).toMatch(/^base does not answer as expected: .* status 404/)
  })

  it('leaves out a scenario that only the head answers, and measures the others', async () => {
    // The first block's second load is of scenario b.
    let load = 0
    const onlyInHead = (side: Side, sample: Sample): Sample =>
      side === 'base' && load === 1
        ? {
            ...sample,
            counts: { ...sample.counts, ok: 0, badStatus: sample.counts.sent },
            errors: [{ what: 'status 404', count: sample.counts.sent }],
          }
        : sample
    const onLoad = (loads: number): void => {
      load = loads
    }
    const { ended } = await go({ answers: onlyInHead, onLoad })
    const result = await ended
    expect(result.uncompared).toEqual([
      { scenario: 'b', reason: expect.stringMatching(/^base does not answer as expected: .* status 404/) },
    ])
    expect(result.decision?.verdict).toBe('pass')
    expect(new Set(result.decision?.rows.map(({ scenario }) => scenario))).toEqual(new Set(['a']))
    expect(new Set(result.blocks.flatMap(({ cells }) => cells.map(({ scenario }) => scenario)))).toEqual(
      new Set(['a']),
    )
  })

  it.each(sides)('%s dies in the middle', async (bad, exitCode) => {
    let die: () => void = () => {}
    const dead = new Promise<UnexpectedExit>((resolve) => {
      die = () => resolve({ process: 'app', code: 9, signal: null })
    })
    const { error } = await failureOf({
      died: (side) => (side === bad ? dead : new Promise(() => {})),
      onLoad: (loads) => loads === 3 && die(),
    })
    expect(error.problems).toEqual([
      `${bad} died while it was measured: process "app" ended by itself (exit code 9); its log says: out of memory`,
    ])
    expect(error.exitCode).toBe(exitCode)
  })

  it('is not blamed for a generator that could send nothing', async () => {
    const limits = [{ what: 'EADDRNOTAVAIL', count: 90 }]
    const nothing = (_: Side, sample: Sample): Sample => ({
      ...sample,
      counts: { ...sample.counts, sent: 0, ok: 0 },
      generator: { ...sample.generator, limits },
    })
    const { error } = await failureOf({ answers: nothing })
    expect(error.problems[0]).toMatch(/^a: the load generator met a limit of its own.*90 × EADDRNOTAVAIL/)
    expect(error.exitCode).toBe(ExitCode.Invalid)
  })

  it("passes on what is nobody's fault", async () => {
    const { ended } = await go({ bootError: () => new UserError('no Postgres here', ExitCode.Invalid) })
    await expect(ended).rejects.toMatchObject({
      problems: ['no Postgres here'],
      exitCode: ExitCode.Invalid,
    })
  })
})

it('plans by what a block is expected to cost, then by what it took', () => {
  expect(blocksLeft([], 100, 10)).toBe(10)
  const blocks = gateBlocks([0, 0]).map((block) => ({ ...block, seconds: 20 }))
  expect(blocksLeft(blocks, 100, 10)).toBe(3)
  expect(blocksLeft(blocks, 30, 10)).toBe(0)
})
