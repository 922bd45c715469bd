import { errorsNote } from '../../figures/error-notes.js'
import type {
  GateArm,
  GateDecision,
  GateErrors,
  GateMetric,
  GateResult,
  GateRow,
} from '../../model/studies/gate.js'
import { median } from '../../stats/estimate/intervals.js'
import { mergeErrorKinds } from '../../stats/validity/error-kinds.js'
import * as format from '../../words/format.js'
import { percentText } from '../../words/in-sentences.js'

/** Words for a gate, the same in every output. */
const METRIC_NAMES: Readonly<Record<GateMetric, string>> = {
  throughput: 'throughput',
  cpu: 'CPU per request',
  p50: 'p50 latency',
  p95: 'p95 latency',
  p99: 'p99 latency',
}

export function metricName(metric: GateMetric): string {
  return METRIC_NAMES[metric]
}

export type RowVerdict = GateRow['verdict']

/** How many blocks are behind a row's figures; null without any. */
export function blocksBehind({ n, differences, doubtful }: GateRow): number | null {
  return n ?? (differences.length + (doubtful ?? []).length || null)
}

/** `1.5 % faster`, `5.3× slower`; of CPU per request `1.5 % less`, `5.3× as much`. */
export function changeText(metric: GateMetric, logRatio: number): string {
  const isCpu = metric === 'cpu'
  const [more, less] = isCpu ? ['more', 'less'] : ['slower', 'faster']
  const factor = Math.exp(Math.abs(logRatio))
  if (factor >= 2) return `${format.ratio(factor)} ${logRatio > 0 ? (isCpu ? 'as much' : more) : less}`
  const text = slowdown(logRatio).replace(/^[+−]/, '')
  if (text === '0.0 %') return 'the same'
  return `${text} ${logRatio > 0 ? more : less}`
}

/** `+5.1 %` of a log ratio; an en dash where there is none. */
export function slowdown(logRatio: number | null): string {
  if (logRatio === null) return format.percent(null)
  const percent = Math.expm1(logRatio) * 100
  const text = Math.abs(percent) < 99.95 ? Math.abs(percent).toFixed(1) : format.integer(Math.abs(percent))
  if (Number(text) === 0) return `${text} %`
  return `${percent < 0 ? '−' : '+'}${text} %`
}

/** `main (0123456)`, `. (fedcba9 with changes)`, `http://127.0.0.1:8080`. */
export function armText({ name, obtained }: GateArm): string {
  if (obtained.kind === 'url' || obtained.commit === null) return name
  const commit = obtained.commit.slice(0, 7)
  const changes = obtained.kind === 'folder' && obtained.dirty ? ' with changes' : ''
  return name === commit || name === obtained.commit ? name : `${name} (${commit}${changes})`
}

/** The gate in one sentence: what, how much, how sure, or why there is nothing to say. */
export function headline({ decision, base, settings }: GateResult): string {
  if (decision === null) return 'No verdict: nothing was decided.'
  if (decision.ended === 'identical') return `Nothing to measure: ${decision.reason}.`
  if (decision.verdict === 'pass') {
    return `No slowdown of ${percentText(settings.threshold)} or more against ${base.name}${largestBound(decision)}.`
  }
  if (decision.verdict === 'inconclusive') return `No verdict: ${decision.reason}.`
  return [brokenText(decision), slowerText(decision, base)].filter((text) => text !== '').join(' ')
}

/** Whether a regression is first of all one of failing requests. */
export function isBroken({ errors }: GateDecision): boolean {
  return errors.some(({ verdict }) => verdict === 'regress')
}

/** `Head is broken: 2.8 % of its requests fail (home; base: none).` Empty where it is not. */
function brokenText({ errors }: GateDecision): string {
  const [first, ...more] = errors
    .filter(({ verdict }) => verdict === 'regress')
    .toSorted((a, b) => shareOf(b.head) - shareOf(a.head))
  if (first === undefined) return ''
  const { scenario, head, base } = first
  const ofBase = base.errors === 0 ? 'none' : format.percent(shareOf(base))
  const others = more.length === 0 ? '' : `, and ${format.plural(more.length, 'more scenario')}`
  return `Head is broken: ${format.percent(shareOf(head))} of its requests fail (${scenario}; base: ${ofBase})${others}.`
}

function shareOf({ requests, errors }: GateErrors['head']): number {
  return requests === 0 ? 0 : errors / requests
}

/** Empty where no figure is slower. */
function slowerText(decision: GateDecision, base: GateArm): string {
  const worst = slowest(decision)
  if (worst === undefined) return ''
  const others = decision.rows.filter((row) => row.verdict === 'regress').length - 1
  const more = others === 0 ? '' : ` (and ${format.plural(others, 'more metric')})`
  return `Slower than ${base.name}: ${rowName(worst)} by ${sizeOf(worst)}${more}.`
}

/** The largest of the upper bounds: what can be vouched for. */
function largestBound({ rows }: GateDecision): string {
  const bounded = rows.flatMap((row) => (row.upper === null ? [] : [{ row, upper: row.upper }]))
  const [worst] = bounded.toSorted((a, b) => b.upper - a.upper)
  if (worst === undefined) return ''
  return `: at most ${bare(worst.upper)} (${rowName(worst.row)})`
}

/** A log ratio of which the sentence says that it is a slowdown. */
export function bare(logRatio: number | null): string {
  return slowdown(logRatio).replace(/^\+/, '')
}

/** `5.1 % (at least 3.2 %, at most 7.0 %)`. */
function sizeOf({ estimate, lower, upper }: GateRow): string {
  const bounds = [
    ...(lower === null ? [] : [`at least ${bare(lower)}`]),
    ...(upper === null ? [] : [`at most ${bare(upper)}`]),
  ]
  return `${bare(estimate)} (${bounds.join(', ')})`
}

/** The regressed row with the largest estimate. */
export function slowest({ rows }: GateDecision): GateRow | undefined {
  return rows
    .filter((row) => row.verdict === 'regress')
    .toSorted((a, b) => (b.estimate ?? 0) - (a.estimate ?? 0))[0]
}

export function rowName({ scenario, metric }: Pick<GateRow, 'scenario' | 'metric'>): string {
  return `${scenario}, ${metricName(metric)}`
}

/** One row in a sentence. */
export function rowText(row: GateRow): string {
  if (row.verdict === 'not-testable') return `not testable: ${row.reason}`
  if (row.n === null) {
    const soFar = row.estimate === null ? '' : ` (so far ${slowdown(row.estimate)})`
    return `no verdict: ${row.reason}${soFar}`
  }
  const size = `slowdown ${sizeOf(row)} after ${row.n} blocks`
  return row.reason === null ? size : `${size}: ${row.reason}`
}

/** What the gate could have missed: null where nothing was tested. */
export function couldHaveMissed({ rows }: GateDecision): string | null {
  const known = rows.flatMap((row) => (row.mde80 === null ? [] : [{ row, mde80: row.mde80 }]))
  const [first, ...rest] = known.toSorted((a, b) => b.mde80 - a.mde80)
  if (first === undefined) return null
  const of = rest.length === 0 ? '' : ` (least sensitive: ${rowName(first.row)})`
  return `Slowdowns from ${bare(first.mde80)} would have been found 4 times in 5${of}; smaller ones may be missed.`
}

/** What is to be said of a scenario's errors; null where there are none to speak of. */
export function errorText({ scenario, base, head, verdict, reason }: GateErrors): string | null {
  if (verdict === 'none' && base.errors + head.errors === 0) return null
  const counts = `${format.integer(head.errors)} of ${format.integer(head.requests)} requests of head failed, ${format.integer(base.errors)} of ${format.integer(base.requests)} of base`
  if (verdict === 'none') return `${scenario}: ${counts}: no more than chance allows`
  return verdict === 'excess'
    ? `${scenario}: ${counts}: it cannot pass`
    : `${scenario}: ${counts}${reason?.startsWith('head ') ? ` (${reason})` : ''}`
}

/** What failed in a scenario, over all blocks: a text for each version that has errors. */
export function errorKindTexts({ blocks }: Pick<GateResult, 'blocks'>, scenario: string): string[] {
  const cells = blocks.flatMap((block) => block.cells.filter((cell) => cell.scenario === scenario))
  return (['head', 'base'] as const).flatMap((side) => {
    const kinds = cells.flatMap(({ capacity, latency }) => [
      capacity[side].kinds ?? [],
      latency?.[side].kinds ?? [],
    ])
    const text = errorsNote(mergeErrorKinds(kinds))
    return text === null ? [] : [`${scenario}, ${side}: ${text}`]
  })
}

/** Memory after warm-up, which is no part of the verdict; null where it is unknown. */
export function memoryText({ blocks }: GateResult): string | null {
  const known = blocks.flatMap(({ rssBytes }) => (rssBytes === null ? [] : [rssBytes]))
  const base = median(known.map((each) => each.base))
  const head = median(known.map((each) => each.head))
  if (!base || !head) return null
  return `Memory after warm-up, for information: ${format.bytes(base)} → ${format.bytes(head)} (${slowdown(Math.log(head / base))}).`
}

/** How it was measured and how sure it is, so that the figures can be checked. */
export function methodText({ decision, settings, blocks, machine, id }: GateResult): string {
  const isEarly = (decision?.rows ?? []).some(({ n }) => n !== null && !settings.looks.includes(n))
  const early = isEarly ? '; early looks by size' : ''
  const sure =
    decision === null || decision.rows.length === 0
      ? ''
      : ` At least: lower bound at ${percentText(1 - decision.regressLevel)}; at most: upper bound at ${percentText(1 - decision.passLevel)} (exact signed-rank, each look${early}).`
  return `${format.plural(blocks.length, 'block')}, both versions loaded at once; false alarm ≤ ${percentText(settings.alpha)}, false pass ≤ ${percentText(settings.beta)}.${sure} ${machine.cpuModel}, ${format.plural(machine.usableCores, 'core')}, Node ${machine.node.replace(/^v/, '')}; level ${settings.level}, seed ${settings.seed}, ${id}`
}
