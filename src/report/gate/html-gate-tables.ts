import { absoluteFigures } from '../../gate/baseline.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { number, table } from '../../markup/table.js'
import type { GateArm, GateResult, GateRow } from '../../model/studies/gate.js'
import { median } from '../../stats/estimate/intervals.js'
import * as format from '../../words/format.js'
import { percentText } from '../../words/in-sentences.js'
import { disturbanceTexts } from './gate-notes.js'
import { intervalPlot } from './gate-plot.js'
import {
  armText,
  bare,
  blocksBehind,
  errorKindTexts,
  metricName,
  type RowVerdict,
  slowdown,
} from './gate-text.js'

const VERDICTS: Readonly<Record<RowVerdict, readonly [style: string, text: string]>> = {
  regress: ['bad', 'slower'],
  pass: ['good', 'not slower'],
  inconclusive: ['warn', 'open'],
  'not-testable': ['sub', 'not testable'],
}

/** What was found of each scenario and metric. */
export function figuresTable(rows: readonly GateRow[]): Markup {
  return table(
    [
      'Scenario',
      'Metric',
      'Slowdown',
      'At least',
      'At most',
      'Found 4 times in 5 from',
      'Blocks',
      'Disturbed',
      'Verdict',
    ],
    rows.map((row) => {
      const [style, text] = VERDICTS[row.verdict]
      const reason = row.reason === null ? null : html`<span class="sub">${row.reason}</span>`
      return html`<th scope="row" class="wrap">${row.scenario}</th><td>${metricName(row.metric)}</td><td class="num big">${slowdown(row.estimate)}</td>${bound(row.lower, row.pRegress)}${bound(row.upper, row.pPass)}<td class="num">${bare(row.mde80)}</td><td class="num">${format.integer(blocksBehind(row))}</td>${number(row.dropped)}<td class="verdict"><strong class="${style}">${text}</strong>${reason}</td>`
    }),
    [2, 3, 4, 5, 6, 7],
  )
}

/** With the p-value of the test on its side. */
function bound(value: number | null, p: number | null): Markup {
  return html`<td class="num">${slowdown(value)}${p === null ? null : html`<span class="sub">p ${probability(p)}</span>`}</td>`
}

function probability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(4)
}

/** Every dot of one scenario's plots. */
export function blocksTable(rows: readonly GateRow[], result: GateResult): Markup {
  const plots = rows.map((row) => intervalPlot(row, result).points)
  const lines = result.blocks.map(({ index, first, startedAt, seconds }, at) => {
    const cells = plots.map((points) => {
      const point = points[at]
      if (point === undefined) return html`<td class="num">–</td>`
      const value = point.percent === null ? 'no figure' : slowdown(Math.log1p(point.percent / 100))
      return point.dropped === null
        ? html`<td class="num">${value}</td>`
        : html`<td class="wrap"><span class="warn">${value}</span><span class="sub">${point.dropped}</span></td>`
    })
    return html`<th scope="row">${index}</th><td>${first}</td><td>${format.instant(startedAt)}</td>${number(seconds)}${cells}`
  })
  const heads = ['Block', 'Started first', 'At', 'Seconds', ...rows.map(({ metric }) => metricName(metric))]
  return table(heads, lines, [3, ...rows.map((_, index) => index + 4)])
}

export function errorsTable(result: GateResult): Markup {
  const errors = result.decision?.errors ?? []
  if (errors.length === 0) return html`<p>Nothing was measured.</p>`
  return table(
    ['Scenario', 'Base: requests', 'failed', 'Head: requests', 'failed', 'p, more in head', 'Verdict'],
    errors.map(({ scenario, base, head, pValue, verdict, reason }) => {
      const [style, text] =
        base.requests + head.requests === 0
          ? ['sub', 'nothing measured']
          : verdict === 'none'
            ? ['good', 'no excess']
            : verdict === 'excess'
              ? ['warn', 'excess: forbids a pass']
              : ['bad', 'regression']
      const kinds = errorKindTexts(result, scenario).map(
        (each) => html`<span class="sub wrap">${each}</span>`,
      )
      const counts = [base.requests, base.errors, head.requests, head.errors].map(number)
      return html`<th scope="row" class="wrap">${scenario}</th>${counts}<td class="num">${probability(pValue)}</td><td class="wrap verdict"><strong class="${style}">${text}</strong>${reason === null ? null : html`<span class="sub">${reason}</span>`}${kinds}</td>`
    }),
    [1, 2, 3, 4, 5],
  )
}

/** Absolute figures beside each other, memory among them: of this machine on this day, no part of the verdict. */
export function absoluteTable(result: GateResult): Markup | null {
  const [base, head] = [
    absoluteFigures(result, 'base', { disturbed: true }),
    absoluteFigures(result, 'head', { disturbed: true }),
  ]
  const rss = (['base', 'head'] as const).map((arm) =>
    median(result.blocks.flatMap(({ rssBytes }) => (rssBytes === null ? [] : [rssBytes[arm]]))),
  )
  const rows = base.flatMap((before, at) => {
    const after = head[at]
    if (after === undefined) return []
    const pairs = [
      ['answers per second', format.rate(before.throughput), format.rate(after.throughput)],
      [
        'CPU per request, µs',
        format.cpuMicroseconds(before.cpuPerRequestUs),
        format.cpuMicroseconds(after.cpuPerRequestUs),
      ],
      ...(before.rate === null
        ? []
        : (['p50', 'p95', 'p99'] as const).map((name) => [
            `${name} at ${format.rate(before.rate)}/s, ms`,
            format.milliseconds(before[`${name}Us`]),
            format.milliseconds(after[`${name}Us`]),
          ])),
    ]
    return pairs.map((cells) => line(before.scenario, cells))
  })
  const memory = rss.some((value) => value === null)
    ? []
    : [
        line('all', [
          'memory after warm-up (RSS)',
          format.bytes(rss[0] ?? null),
          format.bytes(rss[1] ?? null),
        ]),
      ]
  if (result.blocks.length === 0) return null
  return table(['Scenario', 'Median over the blocks', 'Base', 'Head'], [...rows, ...memory], [2, 3])
}

function line(scenario: string, [what, base, head]: readonly (string | undefined)[]): Markup {
  return html`<th scope="row" class="wrap">${scenario}</th><td>${what}</td><td class="num">${base}</td><td class="num">${head}</td>`
}

export function armsTable({ base, head }: GateResult): Markup {
  const lines = (
    [
      ['Base', base],
      ['Head', head],
    ] as const
  ).map(
    ([side, arm]) =>
      html`<th scope="row">${side}</th><td class="wrap">${armText(arm)}</td><td class="wrap">${obtainedText(arm)}</td><td class="wrap">${commitOf(arm)}</td><td class="wrap">${arm.digest ?? '–'}</td>`,
  )
  return table(['Version', 'Asked for', 'Obtained', 'Commit', 'Digest'], lines, [])
}

function obtainedText({ obtained }: GateArm): string {
  if (obtained.kind === 'url') return `ran already at ${obtained.url}`
  if (obtained.kind === 'folder')
    return `folder ${obtained.path}${obtained.dirty ? ', with changes that are not committed' : ''}`
  return `checked out, built by: ${obtained.builtBy.length === 0 ? 'nothing' : obtained.builtBy.join('; ')}`
}

function commitOf({ obtained }: GateArm): string {
  return obtained.kind === 'url' ? '–' : (obtained.commit ?? 'none')
}

/** Rules, seed and machine as name and value. */
export function conditionsList({
  settings,
  machine,
  decision,
  blocks,
  startedAt,
  finishedAt,
  id,
}: GateResult): Markup {
  const levels =
    decision === null || decision.rows.length === 0
      ? []
      : [
          ['Certainty of "at least"', percentText(1 - decision.regressLevel)],
          ['Certainty of "at most"', percentText(1 - decision.passLevel)],
        ]
  const facts = [
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
  ] as const
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`
}

export function orderText(result: GateResult): Markup {
  const { blocks, settings } = result
  const order = blocks.map(({ index, first }) => `${index} ${first}`).join(', ')
  const disturbed = disturbanceTexts(result)
  return html`<p>Each block is a fresh pair of processes under load at the same time; a coin drawn from the seed <strong>${settings.seed}</strong> decides which is started first and got the lower port.</p>
<p class="wrap">Started first, block by block: ${order === '' ? 'no block was measured' : order}.</p>
${disturbed.length === 0 ? null : html`<ul>${disturbed.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`}`
}
