import { isValid, type MeasuredFigures, type Miss } from '../../figures/cell-figures.js'
import type { LadderRow } from '../../figures/ladder.js'
import { maxWords, percentileText, requestsText } from '../../figures/latency.js'
import { levelLabel, levelText } from '../../figures/level-ref.js'
import { loadWords, rateText } from '../../figures/phase-figures.js'
import type { SpeedUp } from '../../figures/speed-up.js'
import {
  invalidPhases,
  type PhaseValidity,
  remarksOf,
  trendMark,
  validityWords,
} from '../../figures/validity-text.js'
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
<tr><th colspan="11" scope="rowgroup" class="wrap">${scenario}${title === scenario ? null : html` <span class="title">${title}</span>`}</th></tr>
${rows.map((row) => ladderRow(model, row, highest, runs.length > 1))}</tbody>`
  })
  return html`<div class="scroll" tabindex="0" role="group" aria-label="The ladder"><table class="ladder">
<caption>${caption}</caption>
<thead><tr><th scope="col">Level</th><th scope="col" class="num">Throughput<span class="sub">requests/s</span></th><th scope="col" class="num">Speed-up<span class="sub">× lowest level</span></th><th scope="col" class="num">Latency at<span class="sub">requests/s</span></th><th scope="col" class="num">p50<span class="sub">ms</span></th><th scope="col" class="num">p95<span class="sub">ms</span></th><th scope="col" class="num">p99<span class="sub">ms</span></th><th scope="col" class="num">Errors<span class="sub">of all requests</span></th><th scope="col" class="num">CPU<span class="sub">µs/request</span></th><th scope="col" class="num">Memory<span class="sub">peak RSS</span></th><th scope="col">Validity</th></tr></thead>
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
    return html`<tr class="missing">${head}<td colspan="10">${missText(row)}${notes}</td></tr>`
  return html`<tr class="${isValid(row) ? 'valid' : 'invalid'}">${head}${figures(model, row, row.measured, highest)}<td class="wrap verdict">${validity(row.measured)}${row.latencyMisses.slice(0, 1).map(missNote)}${notes}</td></tr>
`
}

function figures(model: ReportModel, row: LadderRow, measured: MeasuredFigures, highest: number): Markup {
  const { throughput, repeats, failed } = measured
  const range =
    repeats.length > 1
      ? html`<span class="sub">${format.rate(throughput.min)} – ${format.rate(throughput.max)}</span>`
      : null
  return html`<td class="num"><span class="big">${format.rate(throughput.value)}${trendMark(measured.validity)}</span>${range}${meter(row, throughput.value, highest)}</td>
<td class="num">${speedupText(model, row.speedup)}</td>
${latencyCells(measured)}
<td class="num${failed.count > 0 ? ' bad' : ''}">${failed.count === 0 ? '0' : html`${format.integer(failed.count)}<span class="sub">${format.percent(failed.of === 0 ? null : failed.count / failed.of)}</span>`}</td>
<td class="num">${format.cpuMicroseconds(measured.cpuPerRequestUs)}</td>
<td class="num">${format.bytes(measured.rssPeakBytes)}</td>`
}

/** At which load, and what users see under it; empty where it was not measured. */
function latencyCells({ latency, latencyNote }: MeasuredFigures): Markup {
  const off = latency !== null && latency.validity.state !== 'valid' ? ' off' : ''
  const note = latencyNote === null ? null : html`<span class="sub wrap">${latencyNote}</span>`
  const load =
    latency === null ? html`–` : html`${rateText(latency.rate)}<span class="sub">${loadWords(latency)}</span>`
  const times = latency?.latency ?? null
  const basis = times && (times.p99Us === null ? maxWords(times) : requestsText(times))
  const cells = ([50, 95, 99] as const).map(
    (each) => html`<td class="num lat${off}">${percentileText(times, each)}</td>`,
  )
  return html`<td class="num lat load">${load}${basis && html`<span class="sub">${basis}</span>`}${note}</td>${cells}`
}

function speedupText(model: ReportModel, speedup: SpeedUp | null): Markup {
  if (speedup === null) return html`–`
  const { value, range, sameRun, base } = speedup
  const unusual = base.id !== model.levels[0]?.id
  return html`<span class="big">${format.ratio(value)}</span>${sameRun ? null : ' †'}${range === null ? null : html`<span class="sub">${format.ratio(range.low)} – ${format.ratio(range.high)}</span>`}${unusual ? html`<span class="sub">of ${levelText(base)}</span>` : null}`
}

function meter(row: LadderRow, value: number, highest: number): Markup {
  const width = highest === 0 ? 0 : Math.round((value / highest) * 1000) / 10
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
