import type { Counts, Sample } from '../model/run/sample.js'
import type {
  CalibratedCapacity,
  CalibratedFixture,
  CalibrationMeasurement,
  CalibrationVerdict,
  FixtureCounts,
  PauseSummary,
  PercentileError,
} from '../model/studies/calibration.js'
import { decodeHistogram, type Histogram, percentiles } from '../stats/estimate/histogram.js'
import type { Pause } from '../stats/load/pauses.js'
import { isEnough } from '../stats/validity/enough.js'
import type { FixtureTruth } from './fixture-messages.js'
import type { Fixture, Schedule } from './fixtures.js'
import { arrivalsOf, expectedLatency, type Pauses } from './truth.js'

export const JUDGED_PERCENTILES = [50, 90, 99, 99.9] as const

/** Calibration holds up to this share of what the generator can do. */
export const CAPACITY_SHARE = 0.7

type Tolerance = Fixture['tolerance']

/** Everything there is to say of one fixture at one rate. Pure. */
export function judgeMeasurement(
  fixture: Fixture,
  schedule: Schedule,
  sample: Sample,
  truth: FixtureTruth,
  cpuPressure: number | null,
): CalibrationMeasurement {
  const measured = decodeHistogram(sample.histogram)
  const pauses = pausesOf(sample, truth)
  const expected = expectedLatency(fixture, truth, schedule, pauses)
  const undisturbed = expectedLatency(fixture, truth, schedule)
  const summary = {
    generator: pauseSummary(pauses.generator, schedule),
    server: pauseSummary(pauses.server, schedule),
  }
  const errors = JUDGED_PERCENTILES.map((percentile) => {
    const error = percentileError(percentile, expected, measured, fixture.tolerance)
    const isPaused = error.verdict === 'outside' && metByPauses(summary) > 1 - percentile / 100
    return {
      ...error,
      undisturbedUs: valueAt(undisturbed, percentile),
      ...(isPaused ? { verdict: 'paused' as const } : {}),
    }
  })
  const problems = problemsOf(schedule, sample, truth.counts, fixture.timeoutSeconds)
  const { open } = sample
  return {
    rate: schedule.rate,
    seconds: schedule.seconds,
    scheduled: open?.scheduled ?? sample.counts.sent,
    unsent: open?.unsent ?? 0,
    counts: sample.counts,
    server: truth.counts,
    percentiles: errors,
    sendLagP99Us: open ? percentiles(decodeHistogram(open.lagHistogram)).p99Us : null,
    ownLagP99Us: open ? percentiles(decodeHistogram(open.ownLagHistogram)).p99Us : null,
    generatorCpuShare: sample.generator.cpuShare,
    pauses: summary,
    ...(cpuPressure === null ? {} : { cpuPressure }),
    problems,
    largestErrors: [],
    verdict: problems.length > 0 ? 'outside' : worst(errors.map(({ verdict }) => verdict)),
  }
}

/**
 * Of repeated measurements of the same the one in the middle, by its largest error as a multiple of what is tolerated (of
 * an even number the worse of the two): a burst of pauses hits one of them, an error of the instrument all. What does
 * not add up in any of them is a problem of it all.
 */
export function medianOf(
  repeats: readonly CalibrationMeasurement[],
  tolerance: Tolerance,
): CalibrationMeasurement {
  const sorted = repeats
    .map((one) => ({ one, error: largestError(one, tolerance) }))
    .sort((a, b) => a.error - b.error)
  const median = sorted[Math.floor(sorted.length / 2)]
  if (!median) throw new Error('nothing was measured')
  const problems = [...new Set(repeats.flatMap(({ problems }) => problems))]
  return {
    ...median.one,
    problems,
    verdict: problems.length > 0 ? 'outside' : median.one.verdict,
    largestErrors: sorted.map(({ error }) => error),
  }
}

/** Of the percentiles with enough requests, as a multiple of the tolerance. */
function largestError({ percentiles }: CalibrationMeasurement, { share, us }: Tolerance): number {
  const errors = percentiles
    .filter(({ verdict }) => verdict !== 'not-judged')
    .map(({ errorUs, expectedUs }) =>
      errorUs === null || expectedUs === null
        ? Number.MAX_VALUE
        : Math.abs(errorUs) / Math.max(us, share * expectedUs),
    )
  return Math.max(0, ...errors)
}

/** The pauses of both processes on the axis of the schedule. */
function pausesOf({ open }: Sample, truth: FixtureTruth): Pauses {
  const beganUs = open?.beganUs
  return {
    generator: (open?.pauses ?? []).map(([startUs, lengthUs]) => ({ startUs, endUs: startUs + lengthUs })),
    server:
      beganUs === undefined
        ? []
        : truth.pauses.map(({ startUs, endUs }) => ({ startUs: startUs - beganUs, endUs: endUs - beganUs })),
  }
}

/** Share of the requests that met a pause: as they were to be sent, as they came to the server, or as they were answered. */
function metByPauses({ generator, server }: CalibrationMeasurement['pauses']): number {
  return 2 * generator.share + server.share
}

/** Of those that began while the schedule lasted. */
function pauseSummary(pauses: readonly Pause[], { seconds }: Schedule): PauseSummary {
  const lengths = pauses
    .filter(({ startUs }) => startUs >= 0 && startUs < seconds * 1e6)
    .map(({ startUs, endUs }) => endUs - startUs)
  return {
    count: lengths.length,
    share: lengths.reduce((sum, length) => sum + length, 0) / (seconds * 1e6),
    longestUs: lengths.reduce((most, length) => Math.max(most, length), 0),
  }
}

/** One percentile of what is expected and of what was measured, and whether they agree. */
export function percentileError(
  percentile: number,
  expected: Histogram,
  measured: Histogram,
  tolerance: Tolerance,
): Omit<PercentileError, 'undisturbedUs'> {
  const expectedUs = valueAt(expected, percentile)
  const measuredUs = valueAt(measured, percentile)
  const known = expectedUs !== null && measuredUs !== null
  const errorUs = known ? measuredUs - expectedUs : null
  return {
    percentile,
    expectedUs,
    measuredUs,
    errorUs,
    errorShare: errorUs !== null && expectedUs ? errorUs / expectedUs : null,
    verdict: verdictOf(percentile, expected, errorUs, expectedUs, tolerance),
  }
}

function verdictOf(
  percentile: number,
  expected: Histogram,
  errorUs: number | null,
  expectedUs: number | null,
  { share, us }: Tolerance,
): CalibrationVerdict {
  if (errorUs === null || expectedUs === null) return 'outside'
  if (!isEnough(expected.totalCount, percentile)) return 'not-judged'
  return Math.abs(errorUs) <= Math.max(us, share * expectedUs) ? 'within' : 'outside'
}

function valueAt(histogram: Histogram, percentile: number): number | null {
  return histogram.totalCount === 0 ? null : histogram.getValueAtPercentile(percentile)
}

/** `outside` where anything is, `within` where anything was judged and nothing is outside. */
export function worst(verdicts: readonly CalibrationVerdict[]): CalibrationVerdict {
  if (verdicts.includes('outside')) return 'outside'
  return verdicts.includes('within') ? 'within' : 'not-judged'
}

/** The verdict over all fixtures: something must have been judged, and nothing may be outside. */
export function overallVerdict(
  fixtures: readonly Pick<CalibratedFixture, 'measurements'>[],
  capacity: readonly Pick<CalibratedCapacity, 'verdict'>[] = [],
) {
  const measured = [...fixtures.flatMap(({ measurements }) => measurements), ...capacity]
  return worst(measured.map(({ verdict }) => verdict))
}

function problemsOf(
  schedule: Schedule,
  sample: Sample,
  server: FixtureCounts,
  timeoutSeconds: number,
): string[] {
  const { counts, generator, open } = sample
  const problems = [
    ...scheduleProblems(schedule, counts, open),
    ...serverProblems(counts, server, timeoutSeconds),
  ]
  if (generator.cpuShare > CAPACITY_SHARE) {
    const share = Math.round(100 * generator.cpuShare)
    problems.push(
      `the generator used ${share} % of its core, more than the ${100 * CAPACITY_SHARE} % up to which figures are judged`,
    )
  }
  return problems
}

/** Conservation on the client's side: plan = scheduled = sent + unsent, and sent = sum of outcomes. */
function scheduleProblems(schedule: Schedule, counts: Counts, open: Sample['open']): string[] {
  const problems: string[] = []
  const planned = arrivalsOf(schedule)
  const scheduled = open?.scheduled ?? counts.sent
  const unsent = open?.unsent ?? 0
  if (scheduled !== planned)
    problems.push(`${scheduled} requests were scheduled where the plan has ${planned}`)
  if (scheduled !== counts.sent + unsent)
    problems.push(`${scheduled} scheduled, but ${counts.sent} sent and ${unsent} not`)
  if (unsent > 0) problems.push(`${unsent} requests were never sent`)
  const outcomes = sumOfOutcomes(counts)
  if (outcomes !== counts.sent)
    problems.push(`${counts.sent} requests were sent, but ${outcomes} are accounted for`)
  return problems
}

export function sumOfOutcomes(counts: Counts): number {
  const { ok, badStatus, badBody, timeout, connectionError, unfinished } = counts
  return ok + badStatus + badBody + timeout + connectionError + unfinished
}

/**
 * Conservation against the server's own count. What was in flight at the end may or may not have reached the server,
 * and may have been answered, closed or left hanging there; everything else must agree to the request.
 */
function serverProblems(counts: Counts, server: FixtureCounts, timeoutSeconds: number): string[] {
  const { unfinished } = counts
  const problems: string[] = []
  const compare = (what: string, client: number, there: number, least: number, most: number) => {
    if (client < least || client > most)
      problems.push(`the client counts ${client} ${what}, the server ${there}`)
  }
  const ended = (what: string, client: number, there: number) =>
    compare(what, client, there, there - unfinished, there)
  compare('requests', counts.sent, server.requests, server.requests, server.requests + unfinished)
  ended('answers', counts.ok, server.answered)
  ended('connections closed without a reply', counts.connectionError, server.dropped)
  ended(`requests without an answer in ${timeoutSeconds} s`, counts.timeout, server.hung)
  const bad = counts.badStatus + counts.badBody
  if (bad > 0) problems.push(`${bad} answers were taken for wrong ones, and the server gave none`)
  return problems
}
