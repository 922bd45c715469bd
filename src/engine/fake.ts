import type { LoadPlan } from '../model/plan/load-plan.js'
import type { Interval, Sample } from '../model/run/sample.js'
import {
  addHistogram,
  createHistogram,
  encodeHistogram,
  percentiles,
  record,
} from '../stats/estimate/histogram.js'
import { type Random, randomOf } from '../stats/estimate/random.js'
import type { Engine, EngineIo } from './engine.js'

export interface FakeOptions {
  /** Answers as expected in a full second of load. */
  readonly perSecond?: number
  /** Share of the requests that are answered with status 500, 0 to 1. */
  readonly errorShare?: number
  /** Middle of the service times, in µs. */
  readonly serviceUs?: number
}

/** Distinct service times that are drawn for a step in a second; each stands for many requests. */
const DRAWS = 50

/**
 * Sends nothing and answers at once with a sample that could have been measured: the same for the same plan, and
 * consistent in itself (counts, intervals, steps and histograms agree). For tests and for showing reports.
 */
export function createFake({
  perSecond = 1_000,
  errorShare = 0,
  serviceUs = 2_000,
}: FakeOptions = {}): Engine {
  return {
    name: 'fake',
    async run(plan: LoadPlan, io: EngineIo): Promise<Sample> {
      await io.beforeStart?.()
      const random = randomOf(plan.seed)
      const steps = plan.steps.map((step) => ({
        name: step.name ?? `${step.method ?? 'GET'} ${step.path}`,
        sent: 0,
        ok: 0,
        times: createHistogram(),
      }))
      const intervals: Interval[] = []
      let [ok, bad] = [0, 0]
      for (let atSeconds = 0; atSeconds < plan.durationSeconds && !isEnded(io); atSeconds++) {
        const seconds = Math.min(1, plan.durationSeconds - atSeconds)
        const interval = {
          atSeconds,
          seconds,
          ...fakeSecond(steps, perSecond * seconds, { errorShare, serviceUs, random }),
        }
        intervals.push(interval)
        ok += interval.ok
        bad += interval.errors
        io.onTick?.({ elapsedSeconds: atSeconds + seconds, ok, errors: bad })
      }
      return sampleOf(steps, intervals, { ok, bad }, plan.connections)
    },
  }
}

function isEnded({ signal, enough }: EngineIo): boolean {
  return signal.aborted || enough?.aborted === true
}

interface FakeStep {
  readonly name: string
  sent: number
  ok: number
  readonly times: ReturnType<typeof createHistogram>
}

function fakeSecond(
  steps: FakeStep[],
  requests: number,
  { errorShare, serviceUs, random }: Required<Omit<FakeOptions, 'perSecond'>> & { random: Random },
): Omit<Interval, 'atSeconds' | 'seconds'> {
  const all = createHistogram()
  let [ok, errors] = [0, 0]
  for (const step of steps) {
    const sent = Math.max(1, Math.round((requests / steps.length) * (0.95 + random() / 10)))
    const failed = Math.round(sent * errorShare)
    const times = createHistogram()
    for (let drawn = 0; drawn < DRAWS; drawn++) {
      const share = Math.floor((sent - failed + drawn) / DRAWS)
      record(times, serviceUs * (0.5 + random() + random() ** 8 * 5), share)
    }
    step.sent += sent
    step.ok += sent - failed
    addHistogram(step.times, times)
    addHistogram(all, times)
    ok += sent - failed
    errors += failed
  }
  const { p50Us, p99Us } = percentiles(all)
  return { ok, errors, p50Us, p99Us }
}

function sampleOf(
  steps: readonly FakeStep[],
  intervals: Interval[],
  { ok, bad }: { ok: number; bad: number },
  connections: number,
): Sample {
  const all = createHistogram()
  for (const { times } of steps) addHistogram(all, times)
  const last = intervals.at(-1)
  return {
    engine: 'fake',
    durationUs: last ? (last.atSeconds + last.seconds) * 1e6 : 0,
    counts: { sent: ok + bad, ok, badStatus: bad, badBody: 0, timeout: 0, connectionError: 0, unfinished: 0 },
    statuses: { ...(ok > 0 ? { 200: ok } : {}), ...(bad > 0 ? { 500: bad } : {}) },
    errors: bad > 0 ? [{ what: 'status 500', count: bad }] : [],
    bytesReceived: (ok + bad) * 200,
    histogram: encodeHistogram(all),
    censored: 0,
    intervals,
    steps: steps.map(({ name, sent, ok, times }) => ({ name, sent, ok, histogram: encodeHistogram(times) })),
    generator: {
      processes: 1,
      cpuShare: Math.min(0.8, 0.1 + connections / 200),
      loopDelayP99Us: 100,
    },
  }
}
