import { paint } from '../../markup/paint.js'
import { type Column, type Paint, textTable, wrap } from '../../markup/text-table.js'
import type {
  CalibratedCapacity,
  CalibratedFixture,
  Calibration,
  CalibrationMeasurement,
  CalibrationVerdict,
  PauseSummary,
  PeerReading,
  PercentileError,
} from '../../model/studies/calibration.js'
import {
  calibrationSummary,
  capacityText,
  outcomeText,
  preciseMs,
  signed,
  toleranceText,
} from '../../report/calibration/calibration-text.js'
import * as format from '../../words/format.js'

/** Columns of a terminal that everything fits. */
const WIDTH = 80

const COLUMNS: readonly Column[] = [
  { head: 'req/s', align: 'right' },
  { head: 'latency', align: 'left' },
  { head: 'server ms', align: 'right' },
  { head: 'expected', align: 'right' },
  { head: 'measured', align: 'right' },
  { head: 'error ms', align: 'right' },
  { head: 'error', align: 'right' },
  { head: 'verdict', align: 'left' },
]

const VERDICTS: Readonly<Record<CalibrationVerdict, string>> = {
  within: 'within',
  outside: 'OUTSIDE',
  'not-judged': 'not judged',
  paused: 'paused',
}

/** A calibration for a terminal of 80 columns: fixture by fixture, and what it comes to. */
export function calibrationTable(calibration: Calibration, options: { colour?: boolean } = {}): string {
  const colours = paint(options.colour ?? false)
  const blocks = calibration.fixtures.map((fixture) => [...fixtureBlock(fixture, colours), ''])
  const capacities = (calibration.capacity ?? []).flatMap((one) => [...capacityLines(one, colours), ''])
  return [...blocks.flat(), ...capacities, ...conclusion(calibration, colours)].join('\n')
}

function fixtureBlock(fixture: CalibratedFixture, colours: Paint): string[] {
  const { name, title, measurements } = fixture
  const rows = measurements.flatMap(({ rate, percentiles }) =>
    percentiles.map((one, index) => [index === 0 ? format.integer(rate) : '', ...cells(one)]),
  )
  const verdicts = measurements.flatMap(({ percentiles }) => percentiles.map(({ verdict }) => verdict))
  const [head = '', ...lines] = textTable(COLUMNS, rows)
  return [
    ...wrap(`${name}: ${title}`, WIDTH, '  ').map(colours.bold),
    head,
    ...lines.map((line, index) => painted(verdicts[index])(line, colours)),
    ...measurements.flatMap((one) => countLines(one, colours)),
    ...fixture.peers.flatMap((peer) => wrap(peerText(peer), WIDTH, '  ').map(colours.dim)),
  ]
}

function capacityLines(one: CalibratedCapacity, colours: Paint): string[] {
  const { name, title, verdict } = one
  const line = `${capacityText(one)}: ${VERDICTS[verdict]}`
  return [
    ...wrap(`${name}: ${title}`, WIDTH, '  ').map(colours.bold),
    ...wrap(line, WIDTH, '  ').map((each) => painted(verdict)(each, colours)),
  ]
}

function cells({
  percentile,
  undisturbedUs,
  expectedUs,
  measuredUs,
  errorUs,
  errorShare,
  verdict,
}: PercentileError) {
  return [
    `p${percentile}`,
    preciseMs(undisturbedUs),
    preciseMs(expectedUs),
    preciseMs(measuredUs),
    signed(errorUs, preciseMs),
    signed(errorShare, (share) => `${(100 * share).toFixed(2)} %`),
    VERDICTS[verdict],
  ]
}

function painted(verdict: CalibrationVerdict | undefined) {
  return (line: string, { red, dim }: Paint) => {
    if (verdict === 'outside') return red(line)
    return verdict === 'not-judged' || verdict === 'paused' ? dim(line) : line
  }
}

function countLines(one: CalibrationMeasurement, { red }: Paint): string[] {
  const { rate, scheduled, server, problems } = one
  const line = `${format.integer(rate)}/s: ${format.integer(scheduled)} scheduled = ${outcomeText(one)}; server: ${serverText(server)}; ${lagText(one)}; pauses: ${pausesText(one)}${repeatsText(one)}`
  return [
    ...wrap(line, WIDTH, '  '),
    ...problems.flatMap((problem) => wrap(`${format.integer(rate)}/s: ${problem}`, WIDTH, '  ').map(red)),
  ]
}

/** How late requests were sent, and how late the generator itself was: that part of an error is the instrument's. */
function lagText({ sendLagP99Us, ownLagP99Us }: CalibrationMeasurement): string {
  const [all, own] = [sendLagP99Us, ownLagP99Us].map(preciseMs)
  return `send lag p99 ${all} ms, the generator’s own ${own} ms`
}

/** Largest errors of all repeats, of which the one in the middle is shown; nothing of a single one. */
function repeatsText({ largestErrors }: CalibrationMeasurement): string {
  if (largestErrors.length < 2) return ''
  const errors = largestErrors.map((error) => error.toFixed(2)).join(', ')
  return `; largest error of each of ${largestErrors.length} measurements: ${errors} of the tolerance`
}

/** How often and how long the two processes were held up though they were awake. */
function pausesText({ pauses: { generator, server } }: CalibrationMeasurement): string {
  const text = ({ count, share, longestUs }: PauseSummary) =>
    count === 0
      ? 'none'
      : `${count}, ${(100 * share).toFixed(2)} % of the time, longest ${preciseMs(longestUs)} ms`
  return `generator ${text(generator)}; server ${text(server)}`
}

function serverText({ requests, answered, dropped, hung }: CalibrationMeasurement['server']): string {
  const parts = [
    [answered, 'answered'],
    [dropped, 'dropped'],
    [hung, 'hung'],
  ] as const
  const told = parts.filter(([count]) => count > 0).map(([count, what]) => `${format.integer(count)} ${what}`)
  return `${format.integer(requests)} requests${told.length > 0 ? `, ${told.join(', ')}` : ''}`
}

function peerText(peer: PeerReading): string {
  if (peer.state !== 'measured')
    return `${peer.tool}: ${peer.state === 'failed' ? `failed: ${peer.reason}` : 'not installed'}`
  const { tool, connections, p50Us, p90Us, p99Us, answers, errors, server } = peer
  const [p50, p90, p99] = [p50Us, p90Us, p99Us].map(format.milliseconds)
  return `${tool}, closed loop, ${connections} connections: p50 ${p50}, p90 ${p90}, p99 ${p99} ms; ${format.integer(answers)} answers, ${format.integer(errors)} errors; server: ${serverText(server)}`
}

function conclusion(calibration: Calibration, colours: Paint): string[] {
  const { verdict, fixtures, quick, warnings } = calibration
  const more = verdict === 'not-judged' ? ': measure longer (--duration)' : ''
  const mark = verdict === 'within' ? colours.green : colours.red
  return [
    ...wrap(`${format.capital(calibrationSummary(calibration))}${more}.`, WIDTH, '  ').map(mark),
    ...(fixtures.length === 0 ? [] : percentileNotes(fixtures)).map(colours.dim),
    ...(quick ? wrap('Quick: a trial of the path, no figures to quote.', WIDTH, '').map(colours.yellow) : []),
    ...warnings.flatMap((warning) => wrap(`warning: ${warning}`, WIDTH, '  ').map(colours.yellow)),
  ]
}

function percentileNotes(fixtures: readonly CalibratedFixture[]): string[] {
  return wrap(
    `Tolerance: ${toleranceText(fixtures)}. Errors include what loopback and the client add; fixed-0 shows it. The generator’s own lag is how late it came to a request, and is part of the error. Expected: the server’s own time, and what this machine’s pauses make of it for a client without any error. Not judged: fewer than 5 requests lie beyond the percentile. Paused: outside, but more requests met a pause than lie beyond the percentile, so that the machine made the error.`,
    WIDTH,
    '',
  )
}
