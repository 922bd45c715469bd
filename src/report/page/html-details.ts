import { addsUp } from '../../figures/fold-repeats.js'
import { type MeasuredRow, measuredRows } from '../../figures/ladder.js'
import { type LatencyFigures, type Percentile, percentileText } from '../../figures/latency.js'
import { loadWords, type PhaseFigures, rateText } from '../../figures/phase-figures.js'
import { type PhaseValidity, validities } from '../../figures/validity-text.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { table } from '../../markup/table.js'
import * as format from '../../words/format.js'
import type { ReportModel } from '../findings/report-model.js'
import { type CourseLimits, courseFigure, courseLimits } from './html-course.js'
import { levelName } from './html-ladder.js'
import { ACCOUNT_HEADS, accountCells, phaseRows } from './html-sections.js'

/** All that is known of each cell, folded: times, where its requests went, how both phases went. */
export function detailsSection(model: ReportModel): Markup {
  const rows = measuredRows(model.rows)
  if (rows.length === 0) return html`<p>Nothing was measured.</p>`
  const limits = courseLimits(rows.flatMap(({ measured }) => measured.courses))
  return html`${rows.map((row) => details(row, limits))}`
}

function details(row: MeasuredRow, limits: CourseLimits): Markup {
  const { measured } = row
  const { latency } = measured
  const load =
    latency === null
      ? null
      : html` <span class="sub">latency at ${rateText(latency.rate)} requests/s, ${loadWords(latency)}</span>`
  const readings = measured.phases.flatMap((phase) =>
    phase.readings.map(
      (text) =>
        html`<p>${text}${phase.validity.state === 'valid' ? null : ' The phase is not valid, so nothing follows from it.'}</p>`,
    ),
  )
  return html`<details class="cell"><summary>${levelName(row)} on <span class="wrap">${row.scenario}</span>${load}</summary>
${measured.latencyNote === null ? null : html`<p class="hint">${sentence(measured.latencyNote)}</p>`}
<ul class="plain">${validities(measured).map(validityLine)}</ul>
${readings}
${timesTable(measured)}
${accountTable(row)}
${measured.phases.map(connectionsLine)}${measured.logIns === null ? null : html`<p class="hint">${sentence(measured.logIns)}</p>`}
${measured.courses.map((course) => courseFigure(course, limits))}
</details>
`
}

function validityLine(phase: PhaseValidity): Markup {
  const which = phase.repeats === null ? '' : `, repeat ${phase.repeats.join(', ')}`
  const name = `${phase.phase === 'capacity' ? 'Capacity' : 'Latency'}${which}`
  const verdict =
    phase.state === 'valid'
      ? html`<span class="good">valid</span>`
      : html`<strong class="bad">not valid: ${phase.state}</strong>`
  return html`<li class="wrap">${name}: ${verdict}${phase.evidence.map((text) => html`; ${text}`)}</li>`
}

const PERCENTILES: readonly (readonly [Percentile, string])[] = [
  [50, 'p50'],
  [90, 'p90'],
  [95, 'p95'],
  [99, 'p99'],
  [99.9, 'p99.9'],
  [100, 'Max'],
]

function timesTable({ phases, fullLoad }: MeasuredRow['measured']): Markup {
  const rows = phases.flatMap((phase) => {
    const which = phases.length > 1 ? `, repeat ${phase.repeats.join(', ')}` : ''
    const at = `at ${rateText(phase.rate)} requests/s, ${loadWords(phase)}`
    return [
      timesRow(`Latency${which}`, `open loop, from the intended moment of sending; ${at}`, phase.latency),
      timesRow(`Service time${which}`, 'open loop, from the real moment of sending', phase.service),
      timesRow(`Send lag${which}`, 'open loop, real − intended moment of sending', phase.lag),
      timesRow(
        `Generator’s own lateness${which}`,
        'the part of the send lag that is no waiting for a connection',
        phase.ownLag,
      ),
    ]
  })
  rows.push(timesRow('Service time at full load', 'closed loop; not the latency of a level', fullLoad))
  const heads = ['Times, ms', ...PERCENTILES.map(([, name]) => name), 'Values']
  return table(heads, rows, heads.map((_, index) => index).slice(1))
}

function timesRow(name: string, what: string, figures: LatencyFigures | null): Markup {
  const cells = [
    ...PERCENTILES.map(([each]) => percentileText(figures, each)),
    format.integer(figures?.count ?? null),
  ]
  return html`<th scope="row">${name}<span class="sub">${what}</span></th>${cells.map((cell) => html`<td class="num">${cell}</td>`)}`
}

/** Scheduled = the sum of everything that can become of a request; where it is not, that is said. */
function accountTable(row: MeasuredRow): Markup {
  const heads = ['Requests', ...ACCOUNT_HEADS, 'Sum']
  const rows = phaseRows(row).map(({ phase, accounting }) => {
    const sum = addsUp(accounting)
      ? html`<td class="good">adds up</td>`
      : html`<td class="bad">does not add up</td>`
    return html`<th scope="row">${phase}</th>${accountCells(accounting)}${sum}`
  })
  return table(
    heads,
    rows,
    ACCOUNT_HEADS.map((_, index) => index + 1),
  )
}

function connectionsLine({ connections, arrival, generator, repeats }: PhaseFigures): Markup {
  const open =
    connections === null
      ? null
      : `at most ${format.plural(connections.peak, 'connection')} at once, of ${format.integer(connections.allowed)} allowed`
  const arrivals =
    arrival === null ? null : arrival === 'poisson' ? 'random (Poisson) arrivals' : 'even arrivals'
  const own = `the busiest generator used ${format.percent(generator.cpuShare)} of a core, its event-loop delay p99 was ${format.milliseconds(generator.loopDelayP99Us)} ms`
  const parts = [arrivals, open, own]
  return html`<p class="hint">Open loop, ${repeats.length > 1 ? 'repeats' : 'repeat'} ${repeats.join(', ')}: ${parts.filter((part) => part !== null).join('; ')}.</p>`
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
