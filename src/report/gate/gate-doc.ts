import {
  type Block,
  type Cell,
  type Doc,
  type DocColumn,
  type DocSection,
  type Fact,
  lines,
  type TableBlock,
  type Tone,
  table,
} from '../../markup/doc.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { GATE_STYLE } from '../../markup/html-gate-style.js'
import type { GateResult, GateVerdict } from '../../model/studies/gate.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import { percentText } from '../../words/in-sentences.js'
import { pageName } from '../render/html.js'
import { gateCases } from './gate-junit.js'
import { gateMarkdown } from './gate-markdown.js'
import { disturbanceTexts, uncomparedTexts } from './gate-notes.js'
import { intervalPlot } from './gate-plot.js'
import { absoluteTable, armsTable, blocksTable, errorsTable, figuresTable } from './gate-tables.js'
import { terminalSections } from './gate-terminal.js'
import { armText, couldHaveMissed, errorText, headline, isBroken, metricName, rowName } from './gate-text.js'
import { plotSvg } from './html-gate-plot.js'

const COMMAND = 'gate'

const TITLES: Readonly<Record<GateVerdict, readonly [tone: Tone, text: string]>> = {
  regress: ['bad', 'Slower'],
  pass: ['good', 'Not slower'],
  inconclusive: ['warn', 'No verdict'],
}

/**
 * A gate: what, how much, how sure, and what could have been missed.
 * @param earlier further gates of the same folder, listed at the end
 */
export function gateDoc(result: GateResult, earlier: readonly GateResult[] = []): Doc {
  const [tone, title] = titleOf(result)
  const { decision, base, head } = result
  const missed = decision === null ? null : couldHaveMissed(decision)
  return {
    command: COMMAND,
    title: { text: title, tone, wrap: true, window: `${title} · rungs gate` },
    answer: headline(result),
    remarks: missed === null ? [] : [missed],
    meta: [
      `base ${armText(base)}`,
      `head ${armText(head)}`,
      format.instant(result.startedAt),
      format.plural(result.blocks.length, 'block'),
    ],
    cautions: cautionsOf(result),
    sections: [...terminalSections(result), ...pageSections(result, earlier)],
    suite: {
      startedAt: result.startedAt,
      seconds: result.blocks.reduce((sum, { seconds }) => sum + seconds, 0),
      cases: gateCases(result),
    },
    markdown: gateMarkdown(result),
    main: ['figures', 'figures'],
    style: GATE_STYLE,
    source: 'the gate’s result file',
    version: result.tool.version,
  }
}

/** The verdict in two words, and how it looks. */
function titleOf({ decision }: GateResult): readonly [tone: Tone, text: string] {
  if (decision === null) return ['warn', 'Not measured']
  return isBroken(decision) ? ['bad', 'Broken'] : TITLES[decision.verdict]
}

/** How the report points to the page of the newest gate, which lies beside it. */
export function gateLink(gate: GateResult): Markup {
  const [style, title] = titleOf(gate)
  return html`\n<p class="wrap">Regression gate of ${format.instant(gate.startedAt)}: <a href="${pageName({ command: COMMAND })}"><strong class="${style}">${title}</strong></a>. ${headline(gate)}</p>`
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

function pageSections(result: GateResult, earlier: readonly GateResult[]): DocSection[] {
  const rows = result.decision?.rows ?? []
  const of = (block: Block | null) => (block === null ? [] : [block])
  const all: readonly (readonly [
    id: string,
    title: string,
    lead: string | null,
    blocks: readonly Block[],
  ])[] = [
    [
      'figures',
      'Figures',
      'Slowdown of head against base. Positive is slower, throughput included.',
      [rows.length === 0 ? lines('Nothing was tested.') : figuresTable(rows)],
    ],
    [
      'intervals',
      'Block by block',
      'A dot is a block: a fresh pair of processes, both under load at once. Beside them the estimate and its bounds; dashed are the noise floor and the threshold.',
      rows.length === 0 ? [] : plots(result),
    ],
    [
      'errors',
      'Errors',
      'Over all blocks, disturbed ones included.',
      [errorsTable(result) ?? lines('Nothing was measured.')],
    ],
    [
      'absolute',
      'Absolute figures',
      'For information, disturbed blocks included: under the load of both versions at once, on this machine, on this day. Memory takes no part in the verdict.',
      of(absoluteTable(result)),
    ],
    ['order', 'Order and seed', null, [order(result)]],
    ['versions', 'Versions', null, [armsTable(result)]],
    ['settings', 'Settings and machine', null, [{ kind: 'facts', facts: conditions(result) }]],
    ['reading', 'How to read this', null, [reading(result)]],
    ['earlier', 'Other gates in this folder', null, earlier.length === 0 ? [] : [earlierTable(earlier)]],
  ]
  return all.flatMap(([id, title, lead, blocks]) =>
    blocks.length === 0
      ? []
      : [{ id, title, ...(lead === null ? {} : { lead }), blocks, in: ['html', 'markdown'] }],
  )
}

function drawing(markup: Markup): Block {
  return { kind: 'drawing', drawing: markup }
}

function plots(result: GateResult): Block[] {
  const byScenario = groupBy(result.decision?.rows ?? [], (row) => row.scenario)
  const key = html`<p class="key"><span>● base started first</span><span>◆ head started first</span><span>○ ◇ disturbed: counts for a slowdown only</span></p>`
  const parts = [...byScenario].flatMap(([scenario, rows]): Block[] => {
    const figures = rows.map(
      (row) =>
        html`<figure>${html`<figcaption>${metricName(row.metric)}</figcaption>`}${plotSvg(intervalPlot(row, result), rowName(row))}</figure>\n`,
    )
    return [
      { kind: 'heading', text: scenario, class: 'wrap' },
      drawing(html`<div class="panels">${figures}</div>`),
      { kind: 'details', summary: `Table: ${scenario}, block by block`, blocks: [blocksTable(rows, result)] },
    ]
  })
  return [drawing(key), ...parts]
}

function order(result: GateResult): Block {
  const { blocks, settings } = result
  const firsts = blocks.map(({ index, first }) => `${index} ${first}`).join(', ')
  const disturbed = disturbanceTexts(result)
  return drawing(html`<p>Each block is a fresh pair of processes under load at the same time; a coin drawn from the seed <strong>${settings.seed}</strong> decides which is started first and got the lower port.</p>
<p class="wrap">Started first, block by block: ${firsts === '' ? 'no block was measured' : firsts}.</p>
${disturbed.length === 0 ? null : html`<ul>${disturbed.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`}`)
}

function reading({ settings }: GateResult): Block {
  const [threshold, floor] = [percentText(settings.threshold), percentText(settings.noiseFloor)]
  return drawing(html`<ul>
<li><strong>Slower</strong>: the lower bound of a slowdown lies above the noise floor of ${floor}. That this happens by chance at all in a gate, over all its scenarios, metrics and looks, has a chance of at most ${percentText(settings.alpha)}.</li>
<li><strong>Broken</strong>: more of head’s requests fail than of base’s, in more than one block, by Fisher’s exact test at the same certainty.</li>
<li><strong>Not slower</strong>: every upper bound lies below the threshold of ${threshold}, and no scenario has more errors than chance allows.</li>
<li><strong>No verdict</strong>: neither could be shown within the budget. It is not a pass.</li>
<li>The estimate is the Hodges–Lehmann median of the blocks’ log ratios, the bounds are those of the exact signed-rank test at each look. An early look can find a plain slowdown only, by how far out most of its blocks lie, against a heavy tail that noise is taken to have.</li>
<li>"Found 4 times in 5 from" is the smallest slowdown that this gate would have found so often, estimated from the spread of its own blocks: smaller ones may have been missed.</li>
</ul>`)
}

const EARLIER_COLUMNS: readonly DocColumn[] = [
  { head: 'Gate', align: 'left', wrap: true },
  { head: 'Started', align: 'left' },
  { head: 'Verdict', align: 'left', shows: 'strong' },
  { head: 'In a sentence', align: 'left', wrap: true },
]

function earlierTable(earlier: readonly GateResult[]): TableBlock {
  const rows = earlier.map((gate): Cell[] => {
    const [tone, text] = titleOf(gate)
    return [gate.id, format.instant(gate.startedAt), { text, tone }, headline(gate)]
  })
  return table(EARLIER_COLUMNS, rows)
}

/** Rules, seed and machine as name and value. */
function conditions({ settings, machine, decision, blocks, startedAt, finishedAt, id }: GateResult): Fact[] {
  const levels: Fact[] =
    decision === null || decision.rows.length === 0
      ? []
      : [
          ['Certainty of "at least"', percentText(1 - decision.regressLevel)],
          ['Certainty of "at most"', percentText(1 - decision.passLevel)],
        ]
  return [
    ['Gate', id],
    ['Started', format.instant(startedAt)],
    ['Finished', finishedAt === null ? 'no' : format.instant(finishedAt)],
    ['Level', settings.level],
    ['Scenarios', settings.scenarios.join(', ')],
    ['Metrics', settings.metrics.map(metricName).join(', ')],
    ['Threshold', percentText(settings.threshold)],
    ['Noise floor', percentText(settings.noiseFloor)],
    ['Chance of a false alarm (α)', percentText(settings.alpha)],
    ['Chance of a false pass (β)', percentText(settings.beta)],
    ...levels,
    ['Looks after', `${settings.looks.join(', ')} blocks`],
    ...(settings.earlyLooks === undefined
      ? []
      : [['Early looks after', `${settings.earlyLooks.join(', ')} blocks`] as const]),
    ['Blocks measured', String(blocks.length)],
    ['Budget', `${format.integer(settings.budgetSeconds)} s`],
    ['Disturbed, for a pass, at most', percentText(settings.maxDroppedShare)],
    ['p99 takes', `${format.integer(settings.p99Requests)} requests per version and block`],
    ['Seed', String(settings.seed)],
    ['Machine', machine.hostname],
    ['CPU', machine.cpuModel],
    ['Cores', `${machine.cores}, of which ${machine.usableCores} may be used`],
    ['Memory', format.bytes(machine.memoryBytes)],
    ['System', `${machine.os}, kernel ${machine.kernel}`],
    ['Node', machine.node],
  ]
}
