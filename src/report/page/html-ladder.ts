import { isValid, type MeasuredFigures, type Miss } from '../../figures/cell-figures.js'
import type { LadderRow, MeasuredRow } from '../../figures/ladder.js'
import { levelLabel } from '../../figures/level-ref.js'
import { SHOWN_FIGURES } from '../../figures/shown-figures.js'
import { invalidPhases, type PhaseValidity, remarksOf, validityWords } from '../../figures/validity-text.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { levelColour, swatchClass } from '../../markup/palette.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import { likeTexts } from '../../words/like-texts.js'
import type { ReportModel } from '../findings/report-model.js'

const LOOPS = 'Throughput is measured by a closed loop, latency by an open one at the stated rate.'

/** The id of a scenario's rows, by its place in the report. */
export function scenarioId(model: ReportModel, scenario: string): string {
  return `scenario-${model.scenarios.findIndex(({ name }) => name === scenario) + 1}`
}

/** The main table: a body a scenario, a row a level. */
export function ladderTable(model: ReportModel): Markup {
  const runs = [...new Set(model.rows.map((row) => row.runId))]
  const caption =
    runs.length === 1
      ? html`All figures are from run ${runs[0]}. ${LOOPS}`
      : html`Each figure is from the newest run that measured it; the run is named under the level. ${LOOPS}`
  const bodies = [...groupBy(model.rows, (row) => row.scenario)].map(([scenario, rows]) => {
    const title = model.scenarios.find((entry) => entry.name === scenario)?.title ?? ''
    const highest = Math.max(0, ...rows.map((row) => row.measured?.throughput.max ?? 0))
    return html`<tbody id="${scenarioId(model, scenario)}">
<tr><th colspan="${SHOWN_FIGURES.length + 2}" scope="rowgroup" class="wrap">${scenario}${title === scenario ? null : html` <span class="title">${title}</span>`}</th></tr>
${rows.map((row) => ladderRow(model, row, highest, runs.length > 1))}</tbody>`
  })
  const heads = SHOWN_FIGURES.map(
    ({ heads: { page } }) =>
      html`<th scope="col" class="num">${page[0]}<span class="sub">${page[1]}</span></th>`,
  )
  return html`<div class="scroll" tabindex="0" role="group" aria-label="The ladder"><table class="ladder">
<caption>${caption}</caption>
<thead><tr><th scope="col">Level</th>${heads}<th scope="col">Validity</th></tr></thead>
${bodies}</table></div>`
}

/** A level's colour and label. */
export function levelName(row: Pick<LadderRow, 'level'>): Markup {
  return html`<span class="swatch ${swatchClass(levelColour(row.level.number))}"></span>${levelLabel(row.level)}`
}

function ladderRow(model: ReportModel, row: LadderRow, highest: number, nameRun: boolean): Markup {
  const { workers } = row.level
  const under = [
    workers === null ? null : format.plural(workers, 'worker'),
    row.connections === null ? null : format.plural(row.connections, 'connection'),
  ]
  const head = html`<th scope="row" class="wrap">${levelName(row)}<span class="sub">${under.filter((text) => text !== null).join(', ')}</span>${nameRun ? html`<span class="sub">${row.runId}</span>` : null}</th>`
  const notes = row.notes.map((note) => html`<span class="sub warn">${note}</span>`)
  if (row.measured === null)
    return html`<tr class="missing">${head}<td colspan="${SHOWN_FIGURES.length + 1}">${missText(row)}${notes}</td></tr>`
  return html`<tr class="${isValid(row) ? 'valid' : 'invalid'}">${head}${figureCells(model, { ...row, measured: row.measured }, highest)}<td class="wrap verdict">${validity(row.measured)}${row.latencyMisses.slice(0, 1).map(missNote)}${notes}</td></tr>
`
}

function figureCells(model: ReportModel, row: MeasuredRow, highest: number): Markup {
  const cells = SHOWN_FIGURES.map(({ key, isLatency = false, shown }, index) => {
    const { text, mark, range, notes = [], remark, tone, isMain } = shown(row, model.levels[0] ?? null)
    const classes = ['num', ...(isLatency ? ['lat'] : []), tone ?? ''].join(' ').trim()
    const below = [...(range ? [`${range[0]} – ${range[1]}`] : []), ...notes]
    const isTogether = index === 0 || (isLatency && SHOWN_FIGURES[index - 1]?.isLatency)
    return html`${isTogether ? null : '\n'}<td class="${classes}">${isMain ? html`<span class="big">${text}</span>` : text}${mark}${below.map((note) => html`<span class="sub">${note}</span>`)}${remark && html`<span class="sub wrap">${remark}</span>`}${key === 'throughput' ? meter(row, highest) : null}</td>`
  })
  return html`${cells}`
}

function meter(row: MeasuredRow, highest: number): Markup {
  const width = highest === 0 ? 0 : Math.round((row.measured.throughput.value / highest) * 1000) / 10
  return html`<svg class="meter" viewBox="0 0 100 5" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="5"/><rect width="${width}" height="5" fill="${levelColour(row.level.number)}" fill-opacity="${isValid(row) ? '1' : '0.35'}"/></svg>`
}

/** Of both phases, with the evidence of those that are not valid. */
function validity(measured: MeasuredFigures): Markup {
  const { repeats, phases } = measured
  const invalid = invalidPhases(measured)
  const count = repeats.length === 1 ? 'one repeat' : `${repeats.length} repeats`
  const only = phases.length === 0 ? ', capacity only' : ''
  const remarks = remarksOf(measured).map((text) => html`<span class="sub">latency: ${text}</span>`)
  if (invalid.length === 0)
    return html`<span class="good">valid</span><span class="sub">${count}${only}</span>${remarks}`
  return html`<strong class="bad">not valid: ${validityWords(measured)}</strong>${evidenceOf(invalid).map((text) => html`<span class="sub">${text}</span>`)}${remarks}`
}

/** What both phases say is said once. */
function evidenceOf(invalid: readonly PhaseValidity[]): string[] {
  const items = invalid.flatMap(({ evidence, phase }) => evidence.map((text) => [text, phase] as const))
  return likeTexts(items).map(({ text, of }) =>
    invalid.length > 1 ? `${[...new Set(of)].join(' and ')}: ${text}` : text,
  )
}

function missNote({ stage, reason }: Miss): Markup {
  return html`<span class="sub bad">failed at ${stage}: ${reason}</span>`
}

function missText(row: LadderRow): Markup {
  const miss = row.misses[0]
  if (miss === undefined) return html`not measured`
  const what =
    miss.state === 'failed'
      ? html`<strong class="bad">failed at ${miss.stage}</strong>`
      : html`<strong class="warn">skipped</strong>`
  return html`<span class="wrap">${what}: ${miss.reason}</span>${miss.fix === null ? null : html`<span class="sub">To run it: <code>${miss.fix}</code></span>`}${
    miss.log.length === 0
      ? null
      : html`<details><summary>Last lines of its log</summary><pre>${miss.log.join('\n')}</pre></details>`
  }`
}
