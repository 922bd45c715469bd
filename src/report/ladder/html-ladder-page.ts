import type { JudgedClaim } from '../../ladder/judge-claim.js'
import type { LadderCell } from '../../ladder/ladder-cells.js'
import type { LadderResult, Rung } from '../../ladder/ladder-result.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { renderPage, type Section } from '../../markup/html-page.js'
import { STYLE } from '../../markup/html-style.js'
import { levelColour, swatchClass } from '../../markup/palette.js'
import { table } from '../../markup/table.js'
import * as format from '../../words/format.js'
import { commitText } from '../figures/comparable.js'
import { conditionsText } from '../figures/conditions-text.js'
import { elsewhereNames, levelLabel } from '../figures/level-ref.js'
import { wholePercent } from '../figures/phase-figures.js'
import { trendMark } from '../figures/validity-text.js'
import { panels } from '../page/html-charts.js'
import { type LadderCharts, ladderCharts } from './ladder-charts.js'
import {
  claimFigure,
  conditionText,
  halfWidth,
  intervalText,
  judgedClaims,
  ladderAnswer,
  noteOf,
  reloadNotes,
  STATES,
} from './ladder-words.js'
import { scalingText } from './scaling-text.js'

/** The page's name, in the ladder's folder and beside the report. */
export const LADDER_PAGE = 'ladder.html'

/** A ladder as one HTML document without scripts, the answer first. The same ladder gives the same bytes. */
export function ladderHtml(result: LadderResult): string {
  const { machine, git, settings, startedAt, version, state } = result
  const commit = commitText(git)
  const meta = [
    format.instant(startedAt),
    ...(commit === null ? [] : [`commit ${commit}`]),
    `${machine.cpuModel}, ${format.plural(machine.usableCores, 'core')}`,
    ...(settings.workerCpus ? [`virtual cores: each worker ${settings.workerCpus} of a core`] : []),
  ]
  const cautions = [
    ...(state === 'completed' ? [] : [`This ladder did not end: it is ${state}.`]),
    ...result.warnings.map((text) => `${text}.`),
  ]
  const judged = judgedClaims(result)
  const charts = ladderCharts(result)
  return renderPage({
    title: 'The ladder · rungs',
    style: STYLE,
    skipTo: judged.length > 0 ? ['claims', 'Skip to the claims'] : ['levels', 'Skip to the levels'],
    header: html`<p class="brand">rungs ladder</p>
<h1>${ladderAnswer(result)}</h1>
<p class="meta">${meta.map((text) => html`<span>${text}</span>`)}</p>
<p>${conditionText(result)}</p>
${cautions.length === 0 ? null : html`<ul class="cautions" aria-label="Cautions">${cautions.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`}`,
    sections: [
      ...(judged.length > 0 ? [claimsSection(judged)] : []),
      levelsSection(result),
      ...scenarioSection(result),
      ...chartSections(charts),
      ...lawSection(result),
      conditionsSection(result),
    ],
    footer: `Made by rungs ${version} from result files; nothing in this page is fetched from anywhere.`,
  })
}

/** A line for the report: what the ladder answers, with a link to its page beside it. */
export function ladderLink(result: LadderResult): Markup {
  return html`\n<p class="wrap">Ladder of ${format.instant(result.startedAt)}: <a href="${LADDER_PAGE}">${ladderAnswer(result)}</a></p>`
}

const CLASSES: Readonly<Record<JudgedClaim['state'], string>> = {
  confirmed: 'yes',
  'not-confirmed': 'no',
  undecided: 'open',
  'not-testable': 'sub',
}

function claimsSection(judged: readonly JudgedClaim[]): Section {
  const rows = judged.map((one) => {
    const { claim, state, reason } = one
    return html`<th scope="row" class="wrap">${claim.text}</th><td class="${CLASSES[state]}">${STATES[state]}</td><td class="num">${claimFigure(one)}</td><td class="wrap">${reason}</td>`
  })
  const count = (state: JudgedClaim['state']) => judged.filter((one) => one.state === state).length
  return {
    id: 'claims',
    title: 'What the guides claim',
    lead: `Confirmed or not where the whole interval lies on one side: ${count('confirmed')} confirmed, ${count('not-confirmed')} not confirmed, ${count('undecided')} undecided, ${count('not-testable')} not testable here.`,
    body: table(['Claim', 'Verdict', 'Measured', 'Of what'], rows, [2]),
  }
}

function levelsSection({ rungs }: LadderResult): Section {
  const rows = rungs.map((rung) => html`${rungHead(rung.info)}${rungCells(rung)}`)
  return {
    id: 'levels',
    title: 'The levels',
    lead: 'Boot: until ready, over every boot. Reload: by the level’s own command, until every worker was a new one, under a light load.',
    body: table(
      ['Level', 'Workers', 'Boot, s', 'Reload, s', 'Lost meanwhile', 'Remarks'],
      rows,
      [1, 2, 3, 4],
    ),
  }
}

function rungHead(info: Rung['info']): Markup {
  return html`<th scope="row" class="wrap"><span class="swatch ${swatchClass(levelColour(info.number))}"></span>${levelLabel(info)}</th>`
}

function rungCells({ info, boot, reload, missing }: Rung): Markup {
  const fix =
    missing === null || missing.fix === null
      ? null
      : html`<span class="sub">To run it: <code>${missing.fix}</code></span>`
  const remarks = [
    ...(missing === null ? [] : [`${missing.state}: ${missing.reason}`]),
    ...reloadNotes(reload),
  ]
  const lost = reload === null ? '–' : `${reload.lost} of ${format.integer(reload.answered + reload.lost)}`
  const seconds = reload?.seconds ?? null
  return html`<td class="num">${info.workers ?? '–'}</td><td class="num">${boot === null ? '–' : boot.value.toFixed(1)}</td><td class="num">${seconds === null ? '–' : seconds.toFixed(1)}</td><td class="num${(reload?.lost ?? 0) > 0 ? ' bad' : ''}">${lost}</td><td class="wrap">${remarks.map((text) => html`<span class="sub">${text}</span>`)}${fix}</td>`
}

/** The same load on every level, a table a scenario. */
function scenarioSection(result: LadderResult): Section[] {
  const bodies = result.scenarios.flatMap(({ name }) => {
    const cells = result.cells.filter(({ scenario }) => scenario === name)
    if (cells.length === 0) return []
    const rows = cells.map((cell) => html`${rungHead(cell.info)}${figures(cell)}`)
    const heads = [
      ...[
        'Level',
        'Requests/s',
        '±',
        'Gain',
        'Efficiency',
        'p50, ms',
        'p99, ms',
        'CPU, µs',
        'Memory',
        'Validity',
      ],
    ]
    return [
      html`<h3>${name}</h3><p class="lead">${rateWords(result, name)}</p>${table(heads, rows, [1, 2, 3, 4, 5, 6, 7, 8])}`,
    ]
  })
  if (bodies.length === 0) return []
  return [
    {
      id: 'figures',
      title: 'Under the same load',
      lead: 'Requests/s: capacity, closed loop. p50 and p99: open loop at the same rate for every level. Gain: × the same level with fewest workers, else × the lowest. Efficiency: gain ÷ workers. CPU: of the level’s own processes, a request.',
      body: html`${bodies}`,
    },
  ]
}

function rateWords({ rates, share }: LadderResult, name: string): string {
  const rate = rates.find(({ scenario }) => scenario === name)
  if (!rate?.rate) return 'Latency was not measured.'
  const of =
    rate.of === null || share === null
      ? ''
      : `, ${wholePercent(share)} of the ${format.rate(rate.of.capacity)}/s that level ${rate.of.level} served before`
  return `Latency at ${format.rate(rate.rate)} requests/s at every level${of}.`
}

function figures(cell: LadderCell): Markup {
  const { capacity, speedUp, efficiency, latency, cpuPerRequestUs, rssPeakBytes, validity, missing } = cell
  if (missing !== null) return html`<td colspan="9" class="wrap">${missing}</td>`
  const notes = noteOf(cell)
  const off = validity.state === 'valid' ? '' : ' off'
  const offLatency = latency === null || latency.validity.state === 'valid' ? '' : ' off'
  return html`<td class="num${off}"><span class="big">${format.rate(capacity?.value ?? null)}${trendMark(validity)}</span></td><td class="num${off}">${halfWidth(capacity)}</td><td class="num">${intervalText(speedUp, '×')}</td><td class="num">${intervalText(efficiency)}</td><td class="num${offLatency}">${format.milliseconds(latency?.p50Us ?? null)}</td><td class="num${offLatency}">${format.milliseconds(latency?.p99Us ?? null)}</td><td class="num">${format.cpuMicroseconds(cpuPerRequestUs?.value ?? null)}</td><td class="num">${format.bytes(rssPeakBytes)}</td><td class="wrap">${notes.length === 0 ? html`<span class="good">valid</span>` : notes.map((text) => html`<span class="sub">${text.replace(/^\* /, '')}</span>`)}</td>`
}

function chartSections({ throughput, latency, growth, times }: LadderCharts): Section[] {
  const sections = [
    {
      id: 'throughput',
      title: 'Capacity',
      lead: 'By level and workers (2×4: level 2 with 4 workers). Whiskers: intervals, cut at twice the bar; hatched: not valid.',
      specs: throughput,
    },
    {
      id: 'latency',
      title: 'Latency at equal rates',
      lead: 'p99 of an open loop, one rate a scenario.',
      specs: latency,
    },
    {
      id: 'growth',
      title: 'Speed-up by workers',
      lead: 'Both axes are logarithmic; grey is the ideal, dashed the fitted law. Beyond the most workers that were measured the law is an extrapolation: the next limit (the database, memory, the network) is not in it.',
      specs: growth,
    },
    { id: 'times', title: 'Boot and reload', lead: null, specs: times },
  ]
  return sections.flatMap(({ specs, ...section }) =>
    specs.length === 0 ? [] : [{ ...section, body: panels(specs) }],
  )
}

function lawSection({ growth }: LadderResult): Section[] {
  if (growth.length === 0) return []
  const items = growth.map(({ number, name, scenario, law, refused }) => {
    const lines = law === null ? [`No law: ${refused ?? ''}.`] : scalingText(law)
    return html`<h3 class="spaced">${number} ${name} on ${scenario}</h3><ul class="plain">${lines.map((line) => html`<li class="wrap">${line.trim()}</li>`)}</ul>`
  })
  return [
    {
      id: 'laws',
      title: 'Scaling laws',
      lead: 'Throughput by workers, fitted to every valid repeat.',
      body: html`${items}`,
    },
  ]
}

function conditionsSection({ machine, settings, share, rungs }: LadderResult): Section {
  // Of a ladder the share is that of the lowest level, which the figures say themselves.
  const elsewhere = elsewhereNames(rungs.map(({ info }) => info))
  const facts = conditionsText(machine, settings, elsewhere).filter(([name]) => name !== 'Latency')
  const latency =
    settings.latency === null
      ? 'not measured'
      : `open loop, steady, ${share === null ? 'at the rate that was given' : `at ${wholePercent(share)} of the lowest level’s capacity`}`
  return {
    id: 'conditions',
    title: 'Conditions',
    lead: null,
    body: html`<dl class="facts">${[...facts, ['Latency', latency] as const].map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`,
  }
}
