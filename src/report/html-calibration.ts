import type { CalibratedFixture, Calibration, PeerReading } from '../model/calibration.js'
import type { Machine } from '../model/run.js'
import * as format from './format.js'
import { html, type Markup } from './html-escape.js'
import { number, table } from './html-sections.js'

/** How far the instrument's figures lie from what is known to be true; null where it was never calibrated. */
export function calibrationSection(calibration: Calibration | null, machine: Machine | null): Markup | null {
  if (calibration === null) return null
  const { startedAt, verdict, quick, warnings, fixtures } = calibration
  const cautions = [
    ...(machine !== null && !sameMachine(machine, calibration.machine)
      ? [`It was made on another machine (${calibration.machine.hostname}, ${calibration.machine.cpuModel}).`]
      : []),
    ...(quick ? ['It was a shortened trial: no figure to quote.'] : []),
    ...warnings,
  ]
  return html`<p>Calibrated ${format.instant(startedAt)}: ${verdictText(verdict)}.</p>
${cautions.length === 0 ? null : html`<ul class="cautions">${cautions.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`}
${measurementsTable(fixtures)}
${peersTable(fixtures)}`
}

function sameMachine(a: Machine, b: Machine): boolean {
  return a.hostname === b.hostname && a.cpuModel === b.cpuModel && a.usableCores === b.usableCores
}

function verdictText(verdict: Calibration['verdict']): Markup {
  if (verdict === 'within') return html`<span class="good">within tolerance</span>`
  return verdict === 'outside'
    ? html`<strong class="bad">outside tolerance</strong>`
    : html`<span class="warn">not judged</span>`
}

function measurementsTable(fixtures: readonly CalibratedFixture[]): Markup {
  const rows = fixtures.flatMap((fixture) =>
    fixture.measurements.flatMap((measurement) =>
      measurement.percentiles.map((error, index) => {
        const problems = index === 0 ? measurement.problems : []
        const notes = problems.map((text) => html`<span class="sub warn">${text}</span>`)
        return html`<th scope="row" class="wrap">${fixture.title}</th><td class="num">${format.rate(measurement.rate)}</td><td>p${error.percentile}</td><td class="num">${format.milliseconds(error.expectedUs)}</td><td class="num">${format.milliseconds(error.measuredUs)}</td><td class="num">${signed(error.errorUs)}</td><td class="num">${share(error.errorShare)}</td><td class="wrap">${verdictText(error.verdict)}${notes}</td>`
      }),
    ),
  )
  return table(
    ['Fixture', 'Requests/s', 'Percentile', 'Expected, ms', 'Measured, ms', 'Error, ms', 'Error', 'Verdict'],
    rows,
    [1, 3, 4, 5, 6],
  )
}

function signed(us: number | null): string {
  return us === null ? '–' : `${us < 0 ? '−' : '+'}${(Math.abs(us) / 1000).toFixed(3)}`
}

function share(value: number | null): string {
  return value === null ? '–' : `${value < 0 ? '−' : '+'}${(Math.abs(value) * 100).toFixed(2)} %`
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
