import type { Engine, OpenEngine } from '../engine/engine.js'
import type { Lease } from '../model/plan/lease.js'
import type { OpenLoadPlan } from '../model/plan/load-plan.js'
import type { RequestSpec } from '../model/plan/scenario.js'
import type {
  CalibratedCapacity,
  CalibratedFixture,
  CalibrationMeasurement,
  PeerReading,
} from '../model/studies/calibration.js'
import { messageOf } from '../words/errors.js'
import { checkCapacity } from './capacity-check.js'
import { watchPressure } from './cpu-pressure.js'
import { FixtureProcess } from './fixture-process.js'
import { type Behaviour, type Fixture, LOG_IN_PATH, longestSeconds, type Schedule } from './fixtures.js'
import { PEER_CONNECTIONS, PEERS, type Peer, runPeer } from './peers.js'
import { judgeMeasurement, medianOf } from './verdict.js'

/** What a calibration will do, decided before it does anything. */
export interface CalibrationPlan {
  readonly entries: readonly { readonly fixture: Fixture; readonly schedules: readonly Schedule[] }[]
  readonly peerSeconds: number
  /** How often each measurement is made: in as many rounds over all of them. */
  readonly repeats: number
  readonly hasCapacity: boolean
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

export interface Calibrated {
  readonly fixtures: CalibratedFixture[]
  readonly capacity: CalibratedCapacity[]
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
 * the closed loop.
 * @throws the signal's reason when it is interrupted; Error when a process that it needs fails
 */
export async function calibrate(plan: CalibrationPlan, io: CalibrationIo): Promise<Calibrated> {
  io.signal.throwIfAborted()
  const server = await FixtureProcess.start(io.lease, plan.serverCpus)
  const bench = { plan, io, server }
  try {
    const first = plan.entries[0]?.fixture
    io.onStep?.('warming up')
    if (first) await load(bench, { ...first, behaviour: { delayMs: 0 } }, WARM_UP)
    const measured = plan.entries.flatMap(({ fixture, schedules }) =>
      schedules.map((schedule) => ({ fixture, schedule, repeats: [] as CalibrationMeasurement[] })),
    )
    for (let round = 1; round <= plan.repeats; round++) {
      for (const one of measured) one.repeats.push(await measure(bench, one.fixture, one.schedule, round))
    }
    const done: CalibratedFixture[] = []
    for (const { fixture } of plan.entries) {
      const own = measured.filter((one) => one.fixture === fixture)
      done.push(
        await withPeers(
          bench,
          fixture,
          own.map(({ repeats }) => medianOf(repeats, fixture.tolerance)),
        ),
      )
    }
    return { fixtures: done, capacity: plan.hasCapacity ? [await measureCapacity(bench)] : [] }
  } finally {
    await server.stop()
  }
}

async function measureCapacity({ plan, io, server }: Bench): Promise<CalibratedCapacity> {
  const { signal, lease, closedEngine } = io
  io.onStep?.('capacity of a server that works on one request at a time')
  return await checkCapacity(server, closedEngine, plan, { signal, env: lease.env })
}

async function measure(bench: Bench, fixture: Fixture, schedule: Schedule, round: number) {
  const { repeats } = bench.plan
  const which = repeats > 1 ? `, ${round} of ${repeats}` : ''
  bench.io.onStep?.(`${fixture.name} at ${schedule.rate}/s${which}`)
  const pressure = watchPressure()
  const { sample, truth } = await load(bench, fixture, schedule)
  return judgeMeasurement(fixture, schedule, sample, truth, pressure())
}

async function withPeers(
  bench: Bench,
  fixture: Fixture,
  measurements: CalibrationMeasurement[],
): Promise<CalibratedFixture> {
  const { name, title, tolerance, behaviour } = fixture
  const peers: PeerReading[] = []
  for (const peer of bench.plan.peerSeconds > 0 ? PEERS : []) {
    bench.io.onStep?.(`${name} by ${peer.tool}`)
    peers.push(await askPeer(bench, peer, behaviour))
  }
  return { name, title, truth: behaviour.stall ? 'schedule' : 'server-clock', tolerance, measurements, peers }
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
