import { html, type Markup } from '../../markup/html-escape.js'
import { GATE_STYLE } from '../../markup/html-gate-style.js'
import { renderPage, type Section } from '../../markup/html-page.js'
import { table } from '../../markup/table.js'
import type { GateResult, GateVerdict } from '../../model/studies/gate.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import { percentText } from '../../words/in-sentences.js'
import { uncomparedTexts } from './gate-notes.js'
import { intervalPlot } from './gate-plot.js'
import { armText, couldHaveMissed, errorText, headline, isBroken, metricName, rowName } from './gate-text.js'
import { plotSvg } from './html-gate-plot.js'
import {
  absoluteTable,
  armsTable,
  blocksTable,
  conditionsList,
  errorsTable,
  figuresTable,
  orderText,
} from './html-gate-tables.js'

const TITLES: Readonly<Record<GateVerdict, readonly [style: string, text: string]>> = {
  regress: ['bad', 'Slower'],
  pass: ['good', 'Not slower'],
  inconclusive: ['warn', 'No verdict'],
}

/**
 * A gate as one HTML document that needs nothing else, not even scripts. The same result gives the same bytes.
 * @param earlier further gates of the same folder, listed at the end
 */
export function gateHtml(result: GateResult, earlier: readonly GateResult[] = []): string {
  const [style, title] = titleOf(result)
  const { decision, base, head } = result
  const missed = decision === null ? null : couldHaveMissed(decision)
  const cautions = cautionsOf(result)
  const header = html`<p class="brand">rungs gate</p>
<h1 class="${style}">${title}</h1>
<p class="headline wrap">${headline(result)}</p>
${missed === null ? null : html`<p class="wrap">${missed}</p>`}
<p class="meta wrap"><span>base ${armText(base)}</span><span>head ${armText(head)}</span><span>${format.instant(result.startedAt)}</span><span>${format.plural(result.blocks.length, 'block')}</span></p>
${cautions.length === 0 ? null : html`<ul class="cautions" aria-label="Cautions">${cautions.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`}`
  return renderPage({
    title: `${title} · rungs gate`,
    style: GATE_STYLE,
    skipTo: ['figures', 'Skip to the figures'],
    header,
    sections: sections(result, earlier),
    footer: `Made by rungs ${result.tool.version} from the gate’s result file; nothing in this page is fetched from anywhere.`,
  })
}

/** The verdict in two words, and how it looks. */
function titleOf({ decision }: GateResult): readonly [style: string, text: string] {
  if (decision === null) return ['warn', 'Not measured']
  return isBroken(decision) ? ['bad', 'Broken'] : TITLES[decision.verdict]
}

/** How the report points to the page of the newest gate, which lies beside it. */
export function gateLink(gate: GateResult): Markup {
  const [style, title] = titleOf(gate)
  return html`\n<p class="wrap">Regression gate of ${format.instant(gate.startedAt)}: <a href="gate.html"><strong class="${style}">${title}</strong></a>. ${headline(gate)}</p>`
}

function cautionsOf(result: GateResult): string[] {
  const { decision, warnings, state, identity } = result
  const ends: Readonly<Record<GateResult['state'], string | null>> = {
    completed: null,
    running: 'The gate was still running, or was killed, when this was written.',
    interrupted: 'The gate was interrupted; its blocks are kept.',
    failed: 'The gate failed before its end.',
  }
  return [
    ...(ends[state] === null ? [] : [ends[state]]),
    ...uncomparedTexts(result),
    ...(identity?.notes ?? []),
    ...(decision?.errors ?? []).flatMap((errors) =>
      errors.verdict === 'none' ? [] : (errorText(errors) ?? []),
    ),
    ...warnings,
  ]
}

function sections(result: GateResult, earlier: readonly GateResult[]): Section[] {
  const rows = result.decision?.rows ?? []
  const all: readonly (readonly [id: string, title: string, lead: string | null, body: Markup | null])[] = [
    [
      'figures',
      'Figures',
      'Slowdown of head against base. Positive is slower, throughput included.',
      rows.length === 0 ? html`<p>Nothing was tested.</p>` : figuresTable(rows),
    ],
    [
      'intervals',
      'Block by block',
      'A dot is a block: a fresh pair of processes, both under load at once. Beside them the estimate and its bounds; dashed are the noise floor and the threshold.',
      rows.length === 0 ? null : plots(result),
    ],
    ['errors', 'Errors', 'Over all blocks, disturbed ones included.', errorsTable(result)],
    [
      'absolute',
      'Absolute figures',
      'For information, disturbed blocks included: under the load of both versions at once, on this machine, on this day. Memory takes no part in the verdict.',
      absoluteTable(result),
    ],
    ['order', 'Order and seed', null, orderText(result)],
    ['versions', 'Versions', null, armsTable(result)],
    ['settings', 'Settings and machine', null, conditionsList(result)],
    ['reading', 'How to read this', null, reading(result)],
    ['earlier', 'Other gates in this folder', null, earlier.length === 0 ? null : earlierTable(earlier)],
  ]
  return all.flatMap(([id, title, lead, body]) => (body === null ? [] : [{ id, title, lead, body }]))
}

function plots(result: GateResult): Markup {
  const byScenario = groupBy(result.decision?.rows ?? [], (row) => row.scenario)
  const key = html`<p class="key"><span>● base started first</span><span>◆ head started first</span><span>○ ◇ disturbed: counts for a slowdown only</span></p>`
  const parts = [...byScenario].map(([scenario, rows]) => {
    const figures = rows.map(
      (row) =>
        html`<figure>${html`<figcaption>${metricName(row.metric)}</figcaption>`}${plotSvg(intervalPlot(row, result), rowName(row))}</figure>\n`,
    )
    return html`<h3 class="wrap">${scenario}</h3><div class="panels">${figures}</div><details><summary>Table: ${scenario}, block by block</summary>${blocksTable(rows, result)}</details>\n`
  })
  return html`${key}${parts}`
}

function reading({ settings }: GateResult): Markup {
  const [threshold, floor] = [percentText(settings.threshold), percentText(settings.noiseFloor)]
  return html`<ul>
<li><strong>Slower</strong>: the lower bound of a slowdown lies above the noise floor of ${floor}. That this happens by chance at all in a gate, over all its scenarios, metrics and looks, has a chance of at most ${percentText(settings.alpha)}.</li>
<li><strong>Broken</strong>: more of head’s requests fail than of base’s, in more than one block, by Fisher’s exact test at the same certainty.</li>
<li><strong>Not slower</strong>: every upper bound lies below the threshold of ${threshold}, and no scenario has more errors than chance allows.</li>
<li><strong>No verdict</strong>: neither could be shown within the budget. It is not a pass.</li>
<li>The estimate is the Hodges–Lehmann median of the blocks’ log ratios, the bounds are those of the exact signed-rank test at each look. An early look can find a plain slowdown only, by how far out most of its blocks lie, against a heavy tail that noise is taken to have.</li>
<li>"Found 4 times in 5 from" is the smallest slowdown that this gate would have found so often, estimated from the spread of its own blocks: smaller ones may have been missed.</li>
</ul>`
}

function earlierTable(earlier: readonly GateResult[]): Markup {
  const rows = earlier.map((gate) => {
    const [style, title] = titleOf(gate)
    return html`<th scope="row" class="wrap">${gate.id}</th><td>${format.instant(gate.startedAt)}</td><td><strong class="${style}">${title}</strong></td><td class="wrap">${headline(gate)}</td>`
  })
  return table(['Gate', 'Started', 'Verdict', 'In a sentence'], rows, [])
}
