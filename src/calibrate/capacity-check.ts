import type { Engine } from '../engine/engine.js'
import type { LoadPlan } from '../model/plan/load-plan.js'
import type { CalibratedCapacity, CalibrationVerdict } from '../model/studies/calibration.js'
import { summarize } from '../stats/validity/summarize.js'
import type { FixtureProcess } from './fixture-process.js'

/** A server that works on one request at a time, for so long each. */
const WORK_MS = 50

/** So many are in flight when a warm-up ends: a service that goes on with them answers those that count too late. */
const CONNECTIONS = 6

/** Where the last answer falls is chance: one of 40. */
const TOLERANCE = 0.05

const SECONDS = { warmUp: 1, measured: 2 }

/** The name by which it is asked for. */
export const CAPACITY_CHECK = 'serial'

/** Measures the capacity of a server that works on one request at a time, as a run does: behind a warm-up. */
export async function checkCapacity(
  server: FixtureProcess,
  engine: Engine,
  { seed, generatorCpus: cpus }: { readonly seed: number; readonly generatorCpus: readonly number[] },
  io: { readonly signal: AbortSignal; readonly env: Readonly<Record<string, string>> },
): Promise<CalibratedCapacity> {
  const plan: LoadPlan = {
    baseUrl: server.url,
    steps: [{ path: '/', expect: { contains: 'ok' } }],
    variables: {},
    values: {},
    timeoutSeconds: 10,
    generators: 1,
    ...(cpus.length > 0 ? { cpus } : {}),
    seed,
    connections: CONNECTIONS,
    durationSeconds: SECONDS.warmUp,
  }
  await server.begin({ delayMs: 0, workMs: WORK_MS })
  await engine.run(plan, io)
  const sample = await engine.run({ ...plan, durationSeconds: SECONDS.measured }, io)
  io.signal.throwIfAborted()
  const { residenceUs } = await server.end()
  return judgeCapacityCheck(
    summarize(sample).throughput,
    residenceUs.filter((us) => us !== null),
  )
}

/** @param workUs how long each of the server's answers took it, by its own clock */
export function judgeCapacityCheck(measured: number, workUs: readonly number[]): CalibratedCapacity {
  const expected = (1e6 * workUs.length) / workUs.reduce((sum, us) => sum + us, 0)
  const errorShare = measured / expected - 1
  const verdict: CalibrationVerdict =
    workUs.length === 0 ? 'not-judged' : Math.abs(errorShare) <= TOLERANCE ? 'within' : 'outside'
  return {
    name: CAPACITY_CHECK,
    title: `one request at a time, ${WORK_MS} ms each, behind a warm-up`,
    connections: CONNECTIONS,
    tolerance: TOLERANCE,
    expectedPerSecond: workUs.length === 0 ? null : expected,
    measuredPerSecond: measured,
    errorShare: workUs.length === 0 ? null : errorShare,
    verdict,
  }
}
