import { isValid, type MeasuredFigures, validLatency } from '../../figures/cell-figures.js'
import type { LeftOut } from '../../figures/comparable.js'
import type { LadderRow } from '../../figures/ladder.js'
import { tailWords } from '../../figures/latency.js'
import { levelText } from '../../figures/level-ref.js'
import { loadWords, rateText } from '../../figures/phase-figures.js'
import { hasNoVerdict, isMissed, sloValue, sloVerdict } from '../../figures/slo-figures.js'
import { byCapacity, type SpeedUp } from '../../figures/speed-up.js'
import type { Run } from '../../model/run/run.js'
import * as format from '../../words/format.js'
import { groupBy } from '../../words/group-by.js'
import { cautionsOf } from './cautions.js'

/** A sentence for the reader: what was found, or what limits it. */
export interface Answer {
  readonly kind: 'finding' | 'caution'
  readonly text: string
  /** Where its evidence is: a scenario of the ladder, or a section of the report. */
  readonly evidence: { readonly scenario: string } | { readonly section: string } | null
  /** The figures behind it, where it has any. */
  readonly detail: string | null
}

/** Per-scenario sentences beyond this many are left to the table. */
const MOST_FINDINGS = 10

/** What the figures say, in plain sentences; findings come from valid cells only, and carry their spread. */
export function answersOf(
  rows: readonly LadderRow[],
  runs: readonly Run[],
  leftOut: readonly LeftOut[],
): Answer[] {
  const all = [...groupBy(rows, (row) => row.scenario)].flatMap(([scenario, group]) =>
    findingOf(scenario, group),
  )
  const findings = all.slice(0, MOST_FINDINGS)
  const more = all.length - findings.length
  if (more > 0) findings.push(finding(`${format.plural(more, 'further scenario')}: see the ladder.`))
  if (!rows.some(isValid)) findings.unshift(finding(nothingValid(rows)))
  return [
    ...findings,
    ...objectives(rows),
    ...readings(rows),
    ...cautionsOf(rows, runs, leftOut).map(
      (text): Answer => ({ kind: 'caution', text, detail: null, evidence: null }),
    ),
  ]
}

function finding(text: string, detail: string | null = null, evidence: Answer['evidence'] = null): Answer {
  return { kind: 'finding', text, detail, evidence }
}

function nothingValid(rows: readonly LadderRow[]): string {
  if (rows.length === 0) return 'Nothing was measured.'
  return rows.some((row) => row.measured !== null)
    ? 'No figure is valid, so no level can be compared with another.'
    : 'No cell completed: there is no figure to report. The reasons are in the ladder.'
}

type ValidRow = LadderRow & { readonly measured: MeasuredFigures }
type Gain = ValidRow & { readonly speedup: SpeedUp }

/** One sentence on one scenario: the level that serves most, against the lowest. */
function findingOf(scenario: string, rows: readonly LadderRow[]): Answer[] {
  const valid = rows.filter(isValid)
  const gains = valid.filter((row): row is Gain & typeof row => row.speedup !== null)
  const base = valid.find((row) => row.level.id === gains[0]?.speedup.base.id)
  const ranked = base === undefined ? [] : byCapacity([base, ...gains], (row) => row.measured.throughput)
  const best = ranked.find((row): row is Gain & typeof row => row !== base)
  if (best !== undefined && base !== undefined) return [comparison(scenario, best, base, gains)]
  return valid.slice(0, 1).map((row) => {
    const { throughput, repeats } = row.measured
    const range = `${format.rate(throughput.min)} to ${format.rate(throughput.max)} over ${repeats.length} repeats`
    const text = `On ${scenario}, ${levelText(row.level)} serves ${format.rate(throughput.value)} requests/s.`
    const detail = [repeats.length > 1 ? range : null, latencyText(row)].filter((part) => part !== null)
    return finding(text, detail.length === 0 ? null : detail.join('; '), { scenario })
  })
}

function comparison(scenario: string, best: Gain, base: ValidRow, gains: readonly Gain[]): Answer {
  const { value: ratio, range } = best.speedup
  const [top, low, times] = [levelText(best.level), levelText(base.level), format.ratio(ratio)]
  const alone = gains.length === 1
  const spread =
    range === null ? null : `${format.ratio(range.low)} to ${format.ratio(range.high)} over the repeats`
  const detail = [
    `${format.rate(best.measured.throughput.value)} against ${format.rate(base.measured.throughput.value)} requests/s`,
    spread,
    alike(best, gains),
    ratio > 1 ? null : latencyText(best),
  ]
  return finding(`On ${scenario}, ${sentence()}.`, detail.filter((part) => part !== null).join('; '), {
    scenario,
  })

  function sentence(): string {
    if (range !== null && range.low <= 1 && range.high >= 1) {
      return alone
        ? `${top} and ${low} cannot be told apart (${times})`
        : `no level clearly serves more than ${low}; the most, ${top}, gives ${times} of it`
    }
    if (ratio > 1) return `${top} serves ${times} ${low}${withLatency(best)}`
    return alone
      ? `${top} serves ${times} of ${low}`
      : `no level serves more than ${low}; the nearest, ${top}, serves ${times} of it`
  }
}

/** Other levels whose repeats overlap those of the best: a reader must not take the order for a result. */
function alike(best: Gain, gains: readonly Gain[]): string | null {
  const { min, max } = best.measured.throughput
  const others = gains.filter(
    ({ level, measured: { throughput, repeats } }) =>
      level.id !== best.level.id &&
      Math.min(repeats.length, best.measured.repeats.length) > 1 &&
      throughput.max >= min &&
      throughput.min <= max,
  )
  return others.length === 0
    ? null
    : `${format.list(others.map(({ level }) => levelText(level)))} cannot be told apart from it`
}

/** `, with p99 38.0 ms at 1,200 requests/s (60 % of capacity)`; nothing unless that is valid. */
function withLatency(row: LadderRow): string {
  const phase = validLatency(row.measured)
  if (phase === null || phase.latency === null) return ''
  return `, with ${tailWords(phase.latency)} at ${rateText(phase.rate)} requests/s (${loadWords(phase)})`
}

/** The latency of a level at its stated rate; null unless it is valid. */
function latencyText(row: LadderRow): string | null {
  const phase = validLatency(row.measured)
  if (phase === null || phase.latency === null) return null
  return `${levelText(row.level)} answers with ${tailWords(phase.latency)} at ${rateText(phase.rate)} requests/s, ${loadWords(phase)}`
}

const OBJECTIVES = { section: 'objectives' } as const

/** One sentence on the objectives of all cells that somebody gave; the default ones are in the table. */
function objectives(rows: readonly LadderRow[]): Answer[] {
  const all = rows.flatMap((row) =>
    (row.measured?.slo ?? []).filter((slo) => slo.stated).map((slo) => ({ row, slo })),
  )
  if (all.length === 0) return []
  const missed = all.filter(({ slo }) => isMissed(slo))
  const open = all.filter(({ slo }) => hasNoVerdict(slo))
  const without =
    open.length === 0
      ? ''
      : ` ${open.length} ${open.length === 1 ? 'has' : 'have'} no verdict, since what they are judged by is not valid or too little.`
  if (missed.length === 0) {
    const met = all.length - open.length
    return [
      finding(
        `${met} of ${format.plural(all.length, 'objective')} met, and none missed.${without}`,
        null,
        OBJECTIVES,
      ),
    ]
  }
  const texts = missed
    .slice(0, 4)
    .map(
      ({ row, slo }) =>
        `${slo.rule} on ${row.scenario}, ${levelText(row.level)}: ${slo.worst === null ? sloVerdict(slo) : sloValue(slo)}`,
    )
  if (missed.length > texts.length) texts.push(`and ${missed.length - texts.length} more`)
  return [
    finding(
      `${missed.length} of ${format.plural(all.length, 'objective')} ${missed.length === 1 ? 'was' : 'were'} not met.${without}`,
      texts.join('; '),
      OBJECTIVES,
    ),
  ]
}

/** What the profiles were for; of valid phases only. */
function readings(rows: readonly LadderRow[]): Answer[] {
  const all = rows.flatMap((row) =>
    (validLatency(row.measured)?.readings ?? []).map((text) =>
      finding(`${row.scenario}, ${levelText(row.level)}: ${text}`, null, { section: 'details' }),
    ),
  )
  const more = all.length - MOST_FINDINGS
  return more > 0
    ? [
        ...all.slice(0, MOST_FINDINGS),
        finding(`${format.plural(more, 'further reading')}: see the details of the cells.`),
      ]
    : all
}
