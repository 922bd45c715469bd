import type { Engine, OpenEngine } from '../engine/engine.js'
import type { Lease } from '../model/plan/lease.js'
import type { OpenLoadPlan } from '../model/plan/load-plan.js'
import type { RequestSpec } from '../model/plan/scenario.js'
import type { Calibration, PeerReading } from '../model/studies/calibration.js'
import type { Study } from '../runner/studies/conduct.js'
import { messageOf } from '../words/errors.js'
import {
  type CalibrationParts,
  type CalibrationStep,
  calibrationSteps,
  foldParts,
  stepsBehind,
} from './calibration-steps.js'
import { checkCapacity } from './capacity-check.js'
import { pressureWarning, watchPressure } from './cpu-pressure.js'
import { FixtureProcess } from './fixture-process.js'
import { type Behaviour, type Fixture, LOG_IN_PATH, longestSeconds, type Schedule } from './fixtures.js'
import { PEER_CONNECTIONS, type Peer, runPeer } from './peers.js'
import type { PlannedFixtures } from './plan.js'
import { judgeMeasurement, overallVerdict } from './verdict.js'

/** What a calibration will do, decided before it does anything. */
export interface CalibrationPlan extends PlannedFixtures {
  readonly seed: number
  /** Cores of generators and tools, and of the fixture's server; none: wherever the system puts them. */
  readonly generatorCpus: readonly number[]
  readonly serverCpus: readonly number[]
}

export interface CalibrationIo {
  readonly engine: OpenEngine
  readonly closedEngine: Engine
  readonly lease: Lease
  readonly signal: AbortSignal
  /** What begins now, for people. */
  readonly onStep?: (text: string) => void
}

/** What calls of one calibration share. */
interface Bench {
  readonly plan: CalibrationPlan
  readonly io: CalibrationIo
  readonly server: FixtureProcess
}

/** For the server's code to be compiled before anything counts. */
const WARM_UP: Schedule = { rate: 1_000, seconds: 1 }

/**
 * Measures every fixture by the open loop at its rates, lets other tools load the same servers, then measures a capacity by
 * the closed loop. One server process serves all steps.
 */
export function calibrationStudy(
  plan: CalibrationPlan,
  io: CalibrationIo,
): Study<Calibration, CalibrationStep> {
  const steps = calibrationSteps(plan)
  let begun: Promise<Bench> | null = null
  return {
    next(record) {
      const step = steps[stepsBehind(record)]
      if (step) return { step }
      const { fixtures, capacity, warnings } = record
      return {
        end: {
          verdict: overallVerdict(fixtures, capacity),
          warnings: [...new Set([...warnings, ...pressureWarning(fixtures)])],
        },
      }
    },
    async take(step, kept) {
      begun ??= beginBench(plan, io)
      const { readings = [], peers = [] } = kept.record
      const parts = { readings, peers, ...(await takeStep(await begun, step, { readings, peers })) }
      await kept.save({ ...parts, fixtures: foldParts(plan, parts) })
      return undefined
    },
    async end() {
      const bench = await begun?.catch(() => null)
      await bench?.server.stop()
    },
  }
}

async function beginBench(plan: CalibrationPlan, io: CalibrationIo): Promise<Bench> {
  const server = await FixtureProcess.start(io.lease, plan.serverCpus)
  const bench = { plan, io, server }
  const first = plan.entries[0]?.fixture
  io.onStep?.('warming up')
  try {
    if (first) await load(bench, { ...first, behaviour: { delayMs: 0 } }, WARM_UP)
  } catch (error) {
    await server.stop()
    throw error
  }
  return bench
}

/** What a step adds to the parts so far. */
async function takeStep(
  bench: Bench,
  step: CalibrationStep,
  { readings, peers }: CalibrationParts,
): Promise<Partial<CalibrationParts> & Pick<Calibration, 'capacity'>> {
  const { plan, io, server } = bench
  switch (step.kind) {
    case 'measurement': {
      const { fixture, schedule, round } = step
      return { readings: [...readings, await measure(bench, fixture, schedule, round)] }
    }
    case 'peer': {
      const { fixture, peer } = step
      io.onStep?.(`${fixture.name} by ${peer.tool}`)
      const reading = await askPeer(bench, peer, fixture.behaviour)
      return { peers: [...peers, { fixture: fixture.name, reading }] }
    }
    case 'capacity': {
      io.onStep?.('capacity of a server that works on one request at a time')
      const { signal, lease, closedEngine } = io
      return { capacity: [await checkCapacity(server, closedEngine, plan, { signal, env: lease.env })] }
    }
  }
}

async function measure(bench: Bench, fixture: Fixture, schedule: Schedule, round: number) {
  const { repeats } = bench.plan
  const which = repeats > 1 ? `, ${round} of ${repeats}` : ''
  bench.io.onStep?.(`${fixture.name} at ${schedule.rate}/s${which}`)
  const pressure = watchPressure()
  const { sample, truth } = await load(bench, fixture, schedule)
  return judgeMeasurement(fixture, schedule, sample, truth, pressure())
}

async function load({ plan, io, server }: Bench, fixture: Fixture, schedule: Schedule) {
  await server.begin(fixture.behaviour)
  const sample = await io.engine.run(openPlanOf(fixture, schedule, server.url, plan), {
    signal: io.signal,
    env: io.lease.env,
    beforeStart: () => server.begin(fixture.behaviour),
  })
  io.signal.throwIfAborted()
  return { sample, truth: await server.end() }
}

/** The open-loop plan of one measurement, with more connections than the fixture can ever hold at that rate. */
export function openPlanOf(
  fixture: Fixture,
  { rate, seconds }: Schedule,
  baseUrl: string,
  { generatorCpus: cpus, seed }: Pick<CalibrationPlan, 'generatorCpus' | 'seed'>,
): OpenLoadPlan {
  return {
    baseUrl,
    steps: stepsOf(fixture.behaviour),
    variables: {},
    values: {},
    timeoutSeconds: fixture.timeoutSeconds,
    generators: 1,
    ...(cpus.length > 0 ? { cpus } : {}),
    seed,
    arrival: 'uniform',
    stages: [{ seconds, from: rate, to: rate }],
    leadInSeconds: Math.min(1, seconds),
    maxConnections: 50 + Math.ceil(1.2 * rate * longestSeconds(fixture)),
  }
}

function stepsOf({ logInMs }: Behaviour): RequestSpec[] {
  const step = { path: '/', expect: { contains: 'ok' } }
  return logInMs === undefined ? [step] : [{ ...step, path: LOG_IN_PATH, first: true }, step]
}

async function askPeer({ plan, io, server }: Bench, peer: Peer, behaviour: Behaviour): Promise<PeerReading> {
  const { lease, signal } = io
  const { tool } = peer
  const cycleSeconds = (behaviour.stall?.cycleMs ?? 0) / 1_000
  const seconds = Math.ceil(Math.max(plan.peerSeconds, cycleSeconds))
  await server.begin(behaviour)
  try {
    const figures = await runPeer(peer, server.url, seconds, { lease, signal, cpus: plan.generatorCpus })
    if (figures === null) return { tool, state: 'not-installed', reason: `${tool} is not on the PATH` }
    const { counts } = await server.end()
    return { tool, state: 'measured', connections: PEER_CONNECTIONS, seconds, ...figures, server: counts }
  } catch (error) {
    signal.throwIfAborted()
    return { tool, state: 'failed', reason: messageOf(error) }
  }
}
