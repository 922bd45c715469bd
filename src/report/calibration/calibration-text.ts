import type { Machine } from '../../model/run/machine.js'
import type {
  CalibratedCapacity,
  CalibratedFixture,
  Calibration,
  CalibrationMeasurement,
} from '../../model/studies/calibration.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'

/** Where a report's figures come from: the machine, and the version of rungs; null where there are none. */
export interface ReportOrigin {
  readonly machine: Machine | null
  readonly toolVersion: string | null
}

/** `49 of 51 percentiles within tolerance, every request accounted for`, or how many problems there were instead. */
export function calibrationSummary({ fixtures, capacity = [], verdict }: Calibration): string {
  const measurements = fixtures.flatMap((fixture) => fixture.measurements)
  const judged = measurements
    .flatMap(({ percentiles }) => percentiles)
    .filter((one) => one.verdict === 'within' || one.verdict === 'outside')
  const within = judged.filter((one) => one.verdict === 'within').length
  const problems = measurements.flatMap((one) => one.problems).length
  const paused = measurements
    .flatMap(({ percentiles }) => percentiles)
    .filter((one) => one.verdict === 'paused')
  const counted = `${within} of ${judged.length} percentiles within tolerance${paused.length > 0 ? `, ${paused.length} more spoilt by pauses of the machine` : ''}`
  const rest =
    problems === 0
      ? 'every request accounted for'
      : `${format.plural(problems, 'problem')} of counting or load`
  if (verdict === 'not-judged') return 'too few requests to judge anything'
  const held = capacity.filter((one) => one.verdict === 'within').length
  const capacities = `capacity of ${held} of ${format.plural(capacity.length, 'server')} within tolerance`
  return [
    ...(fixtures.length === 0 ? [] : [counted]),
    ...(capacity.length === 0 ? [] : [capacities]),
    ...(fixtures.length === 0 ? [] : [rest]),
  ].join(', ')
}

/** `capacity, closed loop, 6 connections: expected 19.8/s, measured 19.9/s (+0.5 %, tolerance 5 %)`. */
export function capacityText(one: CalibratedCapacity): string {
  const { connections, expectedPerSecond, measuredPerSecond, errorShare, tolerance } = one
  const error = signed(errorShare, (share) => `${(100 * share).toFixed(1)} %`)
  return `capacity, closed loop, ${connections} connections: expected ${format.rate(expectedPerSecond)}/s, measured ${format.rate(measuredPerSecond)}/s (${error}, tolerance ${100 * tolerance} %)`
}

/** Milliseconds to the microsecond, which is what is judged; coarser where the histogram is. */
export function preciseMs(us: number | null): string {
  if (us === null) return '–'
  return (us / 1_000).toFixed(Math.abs(us) < 100_000 ? 3 : 1)
}

/** A difference with its sign; a dash where there is none. @param text of its size */
export function signed(value: number | null, text: (size: number) => string): string {
  if (value === null) return '–'
  return `${value < 0 ? '−' : '+'}${text(Math.abs(value))}`
}

/** `4,900 ok + 100 timed out`: the parts of what was scheduled that are not 0. */
export function outcomeText({ counts, unsent }: Pick<CalibrationMeasurement, 'counts' | 'unsent'>): string {
  const outcomes = [
    [counts.ok, 'ok'],
    [counts.badStatus + counts.badBody, 'wrong'],
    [counts.timeout, 'timed out'],
    [counts.connectionError, 'lost'],
    [counts.unfinished, 'unfinished'],
    [unsent, 'never sent'],
  ] as const
  return outcomes
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${format.integer(count)} ${what}`)
    .join(' + ')
}

/** `1 % or 0.5 ms; stall 2 % or 0.5 ms`: that of most fixtures, then those that differ. An error may be the larger. */
export function toleranceText(fixtures: readonly CalibratedFixture[]): string {
  const names = groupBy(fixtures, ({ tolerance: { share, us } }) => `${100 * share} % or ${us / 1_000} ms`)
  const [first, ...others] = [...names].sort(([, a], [, b]) => b.length - a.length)
  const rest = others.map(([text, those]) => `${format.list(those.map(({ name }) => name))} ${text}`)
  return [...(first ? [first[0]] : []), ...rest].join('; ')
}

/** What keeps a calibration from saying how far the figures of a report are off, a sentence each. */
export function calibrationCautions(calibration: Calibration, { machine, toolVersion }: ReportOrigin) {
  const { verdict, quick, tool, warnings } = calibration
  return [
    ...(verdict === 'outside'
      ? ['The instrument was outside its tolerance: latencies of this report may be off by as much.']
      : []),
    ...(machine === null ? [] : otherMachine(calibration.machine, machine)),
    ...(toolVersion === null || toolVersion === tool.version
      ? []
      : [`It was made by rungs ${tool.version}, the figures of this report by rungs ${toolVersion}.`]),
    ...(quick ? ['It was a shortened trial: no figure to quote.'] : []),
    ...warnings,
  ]
}

function otherMachine(there: Machine, here: Machine): string[] {
  const isSame =
    there.hostname === here.hostname &&
    there.cpuModel === here.cpuModel &&
    there.usableCores === here.usableCores
  if (!isSame) {
    const cores = format.plural(there.usableCores, 'core')
    return [`It was made on another machine (${there.hostname}, ${there.cpuModel}, ${cores}).`]
  }
  return there.node === here.node
    ? []
    : [
        `It was made under Node ${there.node.replace(/^v/, '')}, the figures of this report under Node ${here.node.replace(/^v/, '')}.`,
      ]
}
