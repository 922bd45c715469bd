import { errorsNote } from '../../figures/error-notes.js'
import { memoryOf, trialOf } from '../../ladder/halving.js'
import { pairRatio } from '../../ladder/tune-verdict.js'
import { closing, type Doc, type DocColumn, figures, lines, type Tone, table } from '../../markup/doc.js'
import { STYLE } from '../../markup/html-style.js'
import type {
  TuneCandidate,
  TuneMeasurement,
  TunePair,
  TuneResult,
  TuneVerdict,
} from '../../model/studies/tune.js'
import { mergeHistograms, percentiles } from '../../stats/estimate/histogram.js'
import { median } from '../../stats/estimate/intervals.js'
import { mergeErrorKinds } from '../../stats/validity/error-kinds.js'
import * as format from '../../words/format.js'
import { searchFacts, searchMeta } from './search-words.js'

/** What is beyond 99 % of fewer requests is too few to tell. */
const P99_REQUESTS = 1_000

const COLUMNS: readonly DocColumn[] = [
  ...figures('workers', 'pool', 'req/s', 'range', '÷ reference', 'p99 ms', 'memory', 'rounds'),
  { head: '', align: 'left' },
]

/** How many workers to take: the answer, and every candidate that was tried. */
export function tuneDoc(result: TuneResult): Doc {
  const { verdict, warnings, tool } = result
  const [answer = '', ...more] = tuneLines(result)
  const title = `Workers of ${tuneName(result)}`
  const [tone, word] = verdictWords(verdict)
  const candidates = table(COLUMNS, rowsOf(result))
  return {
    command: 'tune',
    title: { text: title, wrap: true, window: `${title} · rungs` },
    verdict: { tone, text: word },
    answer,
    meta: searchMeta(result),
    cautions: warnings,
    sections: [
      { blocks: [lines(...more)], in: ['markdown'] },
      {
        id: 'answer',
        title: 'What to set, and what it took',
        blocks: [{ kind: 'list', texts: more, plain: true }],
        in: ['html'],
      },
      {
        id: 'candidates',
        title: 'Candidates',
        lead: 'Requests/s: the median of the rounds. ÷ reference: in pairs with what the finalists are compared with, with the interval. p99: in those pairs, under the load of both.',
        blocks: [candidates],
        in: ['html'],
      },
      { blocks: [candidates], in: ['text', 'markdown'] },
      closing({ answer, remarks: more, cautions: warnings }),
      {
        id: 'conditions',
        title: 'Conditions',
        blocks: [{ kind: 'facts', facts: searchFacts(result) }],
        in: ['html'],
      },
    ],
    suite: { startedAt: result.startedAt, seconds: secondsOf(result) },
    width: 100,
    main: ['candidates', 'candidates'],
    style: STYLE,
    source: 'the tuning’s result file',
    version: tool.version,
  }
}

/** `level 1 (cluster), db-read`. */
export function tuneName({ level, scenario }: TuneResult): string {
  return `level ${level.key} (${level.name}), ${scenario.name}`
}

function verdictWords(verdict: TuneVerdict | null): readonly [tone: Tone, words: string] {
  if (verdict === null) return ['warn', 'Not ended']
  if (verdict.state === 'none') return ['warn', 'No verdict']
  return ['good', verdict.state === 'best' ? 'Found' : 'Found, several alike']
}

/** One line for a measurement that has just ended. */
export function measurementLine(
  { candidate, round, outcome }: TuneMeasurement,
  candidates: readonly TuneCandidate[],
): string {
  const what = `round ${round}, ${nameOf(candidates, candidate)}`
  if (outcome.state !== 'completed')
    return `${what}: ${outcome.state === 'failed' ? `failed at ${outcome.stage}: ${outcome.error}` : outcome.reason}`
  const { validity, summary } = outcome
  const doubt = validity.state === 'valid' ? '' : `, not valid (${validity.evidence[0] ?? validity.state})`
  const errors = errorsNote(outcome.sample.errors)
  return `${what}: ${format.rate(summary.throughput)}/s${doubt}${errors === null ? '' : `, errors: ${errors}`}`
}

/** One line for a pair. */
export function pairLine(pair: TunePair, candidates: readonly TuneCandidate[]): string {
  const how = pair.inTurn ? 'and, in turn,' : 'beside'
  const what = `${nameOf(candidates, pair.candidate)} ${how} ${nameOf(candidates, pair.reference)}`
  const ratio = pairRatio(pair)
  if (ratio !== null) return `${what}: ${Math.exp(ratio).toFixed(3)} of the other’s throughput`
  return `${what}: not valid (${pair.error ?? pair.cell?.capacity.dropped ?? doubtOf(pair) ?? 'no answers'})`
}

function doubtOf({ inTurn }: TunePair): string | null {
  const outcomes = inTurn ? [inTurn.base, inTurn.head] : []
  const doubts = outcomes.flatMap((outcome) => {
    if (outcome.state === 'failed') return [outcome.error]
    return outcome.state === 'completed' && outcome.validity.state !== 'valid'
      ? outcome.validity.evidence
      : []
  })
  return doubts[0] ?? null
}

function nameOf(candidates: readonly TuneCandidate[], key: string): string {
  const found = candidates.find((one) => one.key === key)
  if (!found) return key
  const pool = found.pool === null ? '' : ` × ${found.pool} connections`
  return `${format.plural(found.workers, 'worker')}${pool}`
}

function rowsOf(result: TuneResult): string[][] {
  const trials = result.measurements.map(trialOf)
  return result.candidates.map(({ key, workers, pool, isFormula }) => {
    const own = trials.filter(({ candidate }) => candidate === key)
    const rates = own.filter(({ outcome }) => outcome === 'valid').map(({ throughput }) => throughput)
    const range = `${format.rate(Math.min(...rates))} to ${format.rate(Math.max(...rates))}`
    return [
      String(workers),
      pool === null ? '–' : String(pool),
      format.rate(median(rates)),
      rates.length > 1 ? range : '–',
      ratioText(result.verdict, key),
      format.milliseconds(p99Of(result, key)),
      format.bytes(memoryOf(key, trials)),
      String(new Set(own.map(({ round }) => round)).size),
      remark(result, key, isFormula),
    ]
  })
}

function ratioText(verdict: TuneVerdict | null, key: string): string {
  const ratio = verdict?.ratios.find(({ candidate }) => candidate === key)
  if (ratio) return `${ratio.estimate.toFixed(3)} (${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)})`
  return verdict?.reference === key && verdict.ratios.length > 0 ? '1' : '–'
}

function remark({ verdict, measurements }: TuneResult, key: string, isFormula: boolean): string {
  const last = measurements.findLast(({ candidate }) => candidate === key)?.outcome
  const words = [
    ...(verdict?.take === key ? ['take this'] : []),
    ...(isFormula ? ['the formula'] : []),
    ...(last?.state === 'failed' ? [`failed at ${last.stage}`] : []),
    ...(last?.state === 'completed' && last.validity.state !== 'valid' ? [last.validity.state] : []),
  ]
  return words.join(', ')
}

/** Under the same rate as the other of the pair, over all pairs that it was in. */
function p99Of({ pairs }: TuneResult, key: string): number | null {
  const encoded = pairs.flatMap(({ candidate, reference, cell }) => {
    const latency = cell?.latency
    if (!latency || latency.dropped !== null) return []
    return candidate === key ? [latency.head.histogram] : reference === key ? [latency.base.histogram] : []
  })
  const histogram = mergeHistograms(encoded)
  return histogram.totalCount < P99_REQUESTS ? null : percentiles(histogram).p99Us
}

function secondsOf({ measurements, pairs }: TuneResult): number {
  return [...measurements, ...pairs].reduce((sum, { elapsedSeconds }) => sum + elapsedSeconds, 0)
}

/** The answer, what is to be set, and what it took. */
export function tuneLines(result: TuneResult): string[] {
  const { verdict, measurements, pairs } = result
  const errors = errorLines(result)
  const cost = `${format.plural(measurements.length, 'measurement')} and ${format.plural(pairs.length, 'pair')} in ${Math.round(secondsOf(result))} s.`
  const what = format.capital(tuneName(result))
  if (verdict === null) return [`${what}: no verdict, it did not end.`, ...errors, cost]
  if (verdict.state === 'none') return [`${what}: no verdict: ${verdict.reason}.`, ...errors, cost]
  return [
    `${what}: ${answer(result, verdict)}`,
    ...formulaLine(result, verdict),
    `Set ${settingsOf(result, verdict)}`,
    ...errors,
    cost,
  ]
}

/** What failed under each candidate, all its rounds together. */
function errorLines({ candidates, measurements }: TuneResult): string[] {
  return candidates.flatMap(({ key }) => {
    const own = measurements.filter(({ candidate }) => candidate === key)
    const errors = own.map(({ outcome }) => (outcome.state === 'completed' ? outcome.sample.errors : []))
    const text = errorsNote(mergeErrorKinds(errors))
    return text === null ? [] : [`${nameOf(candidates, key)}: errors: ${text}`]
  })
}

function answer({ candidates, measurements }: TuneResult, verdict: TuneVerdict): string {
  const name = (key: string | null) => nameOf(candidates, key ?? '')
  if (verdict.state === 'best') return `${name(verdict.best)} give the most.`
  const memory = memoryOf(verdict.take ?? '', measurements.map(trialOf))
  const cost = memory === null ? '' : `, with the smallest memory (${format.bytes(memory)})`
  return `${format.list(verdict.equal.map(name))} cannot be told apart; take ${name(verdict.take)}${cost}.`
}

function formulaLine({ candidates, measurements }: TuneResult, verdict: TuneVerdict): string[] {
  const formula = candidates.find(({ isFormula }) => isFormula)
  const { formulaShare, best } = verdict
  if (!formula || formulaShare === null || best === null) return []
  const text = `The formula, ${nameOf(candidates, formula.key)} (2 × cores + 1, fewer where memory is short),`
  if (best === formula.key) return [`${text} is the best of those that were tried.`]
  const { estimate, low, high } = formulaShare
  const trials = measurements.map(trialOf)
  const [own, other] = [memoryOf(formula.key, trials), memoryOf(best, trials)]
  const share = `gives ${format.percent(estimate)} (${format.percent(low)} to ${format.percent(high)}) of the best, ${nameOf(candidates, best)}`
  return [`${text} ${share}${own === null || other === null ? '' : `, ${priceOf(own - other)}`}.`]
}

function priceOf(more: number): string {
  return `at ${format.bytes(Math.abs(more))} ${more < 0 ? 'less' : 'more'} memory`
}

function settingsOf({ candidates, plan }: TuneResult, { take }: TuneVerdict): string {
  const found = candidates.find(({ key }) => key === take)
  if (!found) return ''
  const pool = found.pool === null || plan.poolVariable === null ? '' : ` ${plan.poolVariable}=${found.pool}`
  return `WORKERS=${found.workers}${pool}`
}
