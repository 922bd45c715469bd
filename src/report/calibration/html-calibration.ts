import { html, type Markup } from '../../markup/html-escape.js'
import { number, table } from '../../markup/table.js'
import type {
  CalibratedFixture,
  Calibration,
  CalibrationMeasurement,
  PeerReading,
  PercentileError,
} from '../../model/studies/calibration.js'
import * as format from '../../words/format.js'
import {
  calibrationCautions,
  calibrationSummary,
  capacityText,
  outcomeText,
  preciseMs,
  type ReportOrigin,
  signed,
  toleranceText,
} from './calibration-text.js'

/** How far the instrument's figures lie from what is known to be true; null where it was never calibrated. */
export function calibrationSection(calibration: Calibration | null, origin: ReportOrigin): Markup | null {
  if (calibration === null) return null
  const { startedAt, verdict, fixtures } = calibration
  const cautions = calibrationCautions(calibration, origin)
  return html`<p>Calibrated ${format.instant(startedAt)}: ${verdictText(verdict, ' tolerance')} (${calibrationSummary(calibration)}).</p>
${cautions.length === 0 ? null : html`<ul class="cautions">${cautions.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`}
${errorsTable(fixtures)}
${countsTable(fixtures)}
${peersTable(fixtures)}${(calibration.capacity ?? []).map(
  (one) => html`
<p>${one.title}: ${capacityText(one)}: ${verdictText(one.verdict)}.</p>`,
)}
<details><summary>Expected and measured</summary>${percentilesTable(fixtures)}</details>`
}

function verdictText(verdict: Calibration['verdict'], what = ''): Markup {
  if (verdict === 'within') return html`<span class="good">within${what}</span>`
  return verdict === 'outside'
    ? html`<strong class="bad">outside${what}</strong>`
    : html`<span class="warn">${notJudged(verdict)}</span>`
}

function notJudged(verdict: Calibration['verdict']): string {
  return verdict === 'paused' ? 'machine paused' : 'not judged'
}

/** One row for each measurement of each fixture. */
function rowsOf(
  fixtures: readonly CalibratedFixture[],
  cells: (one: CalibrationMeasurement) => Markup,
): Markup[] {
  return fixtures.flatMap(({ title, measurements }) =>
    measurements.map(
      (one) =>
        html`<th scope="row" class="wrap">${title}</th><td class="num">${format.rate(one.rate)}</td>${cells(one)}`,
    ),
  )
}

/** The error of every percentile, and how much of it is the instrument's own lateness. */
function errorsTable(fixtures: readonly CalibratedFixture[]): Markup {
  const all = fixtures.flatMap(({ measurements }) => measurements.flatMap((one) => one.percentiles))
  const columns = [...new Set(all.map(({ percentile }) => percentile))].sort((a, b) => a - b)
  const rows = rowsOf(fixtures, ({ percentiles, sendLagP99Us, ownLagP99Us, verdict }) => {
    const errors = columns.map((column) => errorCell(percentiles.find((one) => one.percentile === column)))
    const lags = [sendLagP99Us, ownLagP99Us].map((us) => html`<td class="num">${preciseMs(us)}</td>`)
    return html`${errors}${lags}<td>${verdictText(verdict)}</td>`
  })
  const heads = [
    'Fixture',
    'Requests/s',
    ...columns.map((column) => `p${column} error, ms`),
    'Send lag p99, ms',
    'Own lag p99, ms',
    'Verdict',
  ]
  return html`${table(heads, rows, numeric(heads))}
<p class="lead">Error: measured − expected; tolerance: ${toleranceText(fixtures)}, whichever is more. Own lag is how late the generator itself came to a request, and is part of the error; the rest of the send lag is waiting for a connection, and connecting.</p>`
}

function errorCell(error: PercentileError | undefined): Markup {
  if (error === undefined) return html`<td class="num">–</td>`
  const text = signed(error.errorUs, preciseMs)
  if (error.verdict === 'outside') return html`<td class="num"><strong class="bad">${text}</strong></td>`
  return error.verdict === 'within'
    ? html`<td class="num">${text}</td>`
    : html`<td class="num"><span class="warn">${text}</span><span class="sub">${notJudged(error.verdict)}</span></td>`
}

function percentilesTable(fixtures: readonly CalibratedFixture[]): Markup {
  const rows = fixtures.flatMap(({ title, measurements }) =>
    measurements.flatMap(({ rate, percentiles }) =>
      percentiles.map(
        (one) =>
          html`<th scope="row" class="wrap">${title}</th><td class="num">${format.rate(rate)}</td><td>p${one.percentile}</td><td class="num">${preciseMs(one.undisturbedUs)}</td><td class="num">${preciseMs(one.expectedUs)}</td><td class="num">${preciseMs(one.measuredUs)}</td><td class="num">${signed(one.errorUs, preciseMs)}</td><td class="num">${signed(one.errorShare, share)}</td><td>${verdictText(one.verdict)}</td>`,
      ),
    ),
  )
  return table(
    [
      'Fixture',
      'Requests/s',
      'Percentile',
      'Server, ms',
      'Expected, ms',
      'Measured, ms',
      'Error, ms',
      'Error',
      'Verdict',
    ],
    rows,
    [1, 3, 4, 5, 6, 7],
  )
}

function share(value: number): string {
  return `${(100 * value).toFixed(2)} %`
}

/** Conservation: scheduled is the sum of what became of the requests, and the server counted the same; or what is amiss. */
function countsTable(fixtures: readonly CalibratedFixture[]): Markup {
  const rows = rowsOf(fixtures, (one) => {
    const notes = one.problems.map((text) => html`<span class="sub warn">${text}</span>`)
    return html`${number(one.scheduled)}<td class="wrap">${outcomeText(one)}${notes}</td>${number(one.server.requests)}`
  })
  return html`<h3>Where every request went</h3>${table(
    ['Fixture', 'Requests/s', 'Scheduled', 'What became of them', 'The server counted'],
    rows,
    [1, 2, 4],
  )}`
}

/** All columns but the first and the last. */
function numeric(heads: readonly string[]): number[] {
  return heads.map((_, index) => index).slice(1, -1)
}

/** What others say of the same servers: closed loops, shown to be compared with, not judged. */
function peersTable(fixtures: readonly CalibratedFixture[]): Markup | null {
  const rows = fixtures.flatMap(({ title, peers }) =>
    peers.map(
      (peer) => html`<th scope="row" class="wrap">${title}</th><td>${peer.tool}</td>${peerCells(peer)}`,
    ),
  )
  if (rows.length === 0) return null
  return html`<h3>Other tools on the same servers (closed loop)</h3>${table(
    ['Fixture', 'Tool', 'Connections', 'p50, ms', 'p90, ms', 'p99, ms', 'Answers', 'Errors'],
    rows,
    [2, 3, 4, 5, 6, 7],
  )}`
}

function peerCells(peer: PeerReading): Markup {
  if (peer.state !== 'measured') {
    const what = peer.state === 'failed' ? 'failed' : 'not installed'
    return html`<td colspan="6" class="wrap">${what}: ${peer.reason}</td>`
  }
  const times = [peer.p50Us, peer.p90Us, peer.p99Us].map(
    (us) => html`<td class="num">${format.milliseconds(us)}</td>`,
  )
  return html`${number(peer.connections)}${times}${number(peer.answers)}${number(peer.errors)}`
}
