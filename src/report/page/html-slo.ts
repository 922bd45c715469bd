import { measuredRows } from '../../figures/ladder.js'
import { hasNoVerdict, isMissed, type SloFigures, sloBasis, sloVerdict } from '../../figures/slo-figures.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { table } from '../../markup/table.js'
import type { ReportModel } from '../findings/report-model.js'
import { cellName } from './html-sections.js'

/** Every objective of every cell; null where there are none. */
export function sloSection(model: ReportModel): Markup | null {
  const rows = measuredRows(model.rows).flatMap((row) => row.measured.slo.map((slo) => ({ row, slo })))
  if (rows.length === 0) return null
  return table(
    ['Level and scenario', 'Objective', 'Measured', 'Verdict'],
    rows.map(
      ({ row, slo }) =>
        html`${cellName(row)}<td>${slo.rule}${slo.stated ? null : html`<span class="sub">default, decides nothing</span>`}</td><td class="num">${sloBasis(slo)}</td><td class="wrap">${verdict(slo)}</td>`,
    ),
    [2],
  )
}

function verdict(slo: SloFigures): Markup {
  const text = sloVerdict(slo)
  const of =
    slo.repeats > 1 && slo.failed > 0
      ? html`<span class="sub">in ${slo.failed} of ${slo.repeats} repeats; the value is the worst one’s</span>`
      : null
  if (isMissed(slo)) return html`<strong class="${slo.stated ? 'bad' : 'warn'}">${text}</strong>${of}`
  return html`<span class="${hasNoVerdict(slo) ? 'warn' : 'good'}">${text}</span>`
}
