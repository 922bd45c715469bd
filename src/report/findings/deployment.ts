import { constantLatency, isValid } from '../../figures/cell-figures.js'
import { failedShare, MOST_FAILURES } from '../../figures/fold-repeats.js'
import type { LadderRow } from '../../figures/ladder.js'
import { isBound, maxWords } from '../../figures/latency.js'
import { levelLabel } from '../../figures/level-ref.js'
import { byCapacity } from '../../figures/speed-up.js'
import type { LevelState, levelRules } from '../../ladder/which-level.js'
import { parseSlo } from '../../model/plan/slo-grammar.js'
import type { ReportModel } from './report-model.js'

/** What a level showed on a scenario, as far as the choice of a level needs it. Rates per second. */
export interface Shown {
  readonly level: string
  /** The highest of the repeats; null where it is not valid or was not measured. */
  readonly capacity: number | null
  /** Its place by what it serves, from 0; null without a valid capacity. */
  readonly rank: number | null
  /** Of a constant open-loop load; null where it is not valid or was not measured. */
  readonly latency: {
    readonly rate: readonly [low: number, high: number]
    readonly p99Ms: number
    /** So many requests had no answer that p99 may be higher. */
    readonly isBound: boolean
    /** Share of the requests that failed, what was never sent included, where it is more than may; else null. */
    readonly failed: number | null
  } | null
  /** Why nothing can be concluded, where that is so. */
  readonly missing: string | null
}

export interface Choice {
  readonly state: 'yes' | 'no' | 'open'
  readonly text: string
  /** Place of the chosen level; -1 for none. */
  readonly level: number
}

/** p99 in ms that is asked for where no objective names one. */
const USUAL_P99_MS = 100

/** For each scenario of the report what each of its levels showed. */
export function shownByScenario(model: ReportModel): { scenario: string; levels: Shown[] }[] {
  return model.scenarios.map(({ name }) => {
    const rows = model.rows.filter((row) => row.scenario === name)
    const ranked = byCapacity(rows.filter(isValid), (row) => row.measured.throughput)
    return {
      scenario: name,
      levels: model.levels.map((level) => {
        const row = rows.find((one) => one.level.id === level.id)
        const rank = ranked.findIndex((one) => one.level.id === level.id)
        return { level: levelLabel(level), rank: rank === -1 ? null : rank, ...shownBy(row) }
      }),
    }
  })
}

/** The strictest p99 in ms that somebody gave as an objective; 100 ms where nobody did. */
export function askedP99Ms(rows: readonly LadderRow[]): number {
  const limits = rows.flatMap(({ measured }) =>
    (measured?.slo ?? []).flatMap(({ stated, metric, rule }) => {
      const parsed = parseSlo(rule)
      return stated && metric === 'p99' && 'value' in parsed ? [parsed.value.limit / 1000] : []
    }),
  )
  return limits.length === 0 ? USUAL_P99_MS : Math.min(...limits)
}

function shownBy(row: LadderRow | undefined): Omit<Shown, 'level' | 'rank'> {
  if (!row?.measured) {
    const [miss] = row?.misses ?? []
    return { capacity: null, latency: null, missing: miss?.state ?? 'not measured' }
  }
  const capacity = isValid(row) ? row.measured.throughput.max : null
  const phase = constantLatency(row.measured)
  if (!phase?.latency)
    return { capacity, latency: null, missing: capacity === null ? row.measured.validity.state : lackOf(row) }
  const { p99Us } = phase.latency
  const failed = failedShare(phase.accounting)
  if (p99Us === null)
    return { capacity, latency: null, missing: `too few requests for p99: ${maxWords(phase.latency)}` }
  return {
    capacity,
    latency: {
      rate: [phase.rate.min, phase.rate.max],
      p99Ms: p99Us / 1000,
      isBound: isBound(phase.latency, 99),
      failed: failed > MOST_FAILURES ? failed : null,
    },
    missing: null,
  }
}

/** Why there is no latency to go by. */
function lackOf({ measured, latencyMisses }: LadderRow): string {
  const phase = measured?.latency
  if (!phase) return latencyMisses.length > 0 ? 'latency failed' : 'latency not measured'
  return phase.validity.state === 'valid' ? `${phase.profile} load` : 'latency not valid'
}

/**
 * The rules of `ladder/which-level.ts` in the words of the page, which holds the source text of both: this must refer to
 * nothing outside itself either.
 */
export function deploymentRules({ judge: judgeLevel, lowest }: ReturnType<typeof levelRules>) {
  const number = (value: number) =>
    value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 })
  const words = { holds: 'yes', fails: 'no', unknown: 'open' } as const

  function stateOf({ capacity, latency }: Shown, rate: number | null, p99Ms: number): LevelState {
    if (latency === null) return judgeLevel({ capacity, rate: null, isKept: null }, rate ?? 0)
    const isMissed = latency.p99Ms >= p99Ms || latency.failed !== null
    const isKept = isMissed ? false : latency.isBound ? null : true
    const most = rate === null ? null : capacity
    return judgeLevel({ capacity: most, rate: latency.rate, isKept }, rate ?? latency.rate[0])
  }

  function judge(shown: Shown, rate: number | null, p99Ms: number): Omit<Choice, 'level'> {
    const { capacity, latency, missing } = shown
    const state = words[stateOf(shown, rate, p99Ms)]
    if (rate !== null && capacity !== null && rate > capacity)
      return { state, text: `serves ${number(capacity)}/s at most` }
    if (latency === null) return { state, text: missing ?? 'not measured' }
    const at = `p99 ${latency.isBound ? '≥ ' : ''}${number(latency.p99Ms)} ms at ${number(latency.rate[0])}/s`
    const isOnTime = latency.p99Ms < p99Ms && latency.failed !== null
    return { state, text: isOnTime ? `${at}, ${number((latency.failed ?? 0) * 100)} % failed` : at }
  }

  /** The lowest level that was shown to serve `rate`; without a rate the one that serves most. */
  function choose(levels: readonly Shown[], rate: number | null, p99Ms: number): Choice {
    const states = levels.map((shown) => stateOf(shown, rate, p99Ms))
    if (rate === null) {
      const able = levels.flatMap(({ rank }, level) =>
        rank === null || states[level] === 'fails' ? [] : [{ rank, level }],
      )
      const [most] = able.sort((a, b) => a.rank - b.rank)
      if (most !== undefined) {
        const state = words[states[most.level] ?? 'unknown']
        return { state, text: levels[most.level]?.level ?? '', level: most.level }
      }
    }
    const { state, place, open } = lowest(states)
    if (state === 'none') return { state: 'no', text: 'none of these', level: -1 }
    if (state === 'unknown') return { state: 'open', text: 'not shown', level: -1 }
    const text = `${levels[place]?.level ?? ''}${open.length > 0 ? ', or a lower one' : ''}`
    return { state: 'yes', text, level: place }
  }

  /** The question and its answer over all scenarios, in a sentence. */
  function answer(all: readonly { readonly levels: readonly Shown[] }[], rate: number | null, p99Ms: number) {
    const states = all.map(({ levels }) => choose(levels, rate, p99Ms).state)
    const count = (state: Choice['state']) => states.filter((each) => each === state).length
    const [yes, no, open] = [count('yes'), count('no'), count('open')]
    const asked = rate === null ? 'At the rates that were measured' : `For ${number(rate)} requests/s`
    const limit = Number.isFinite(p99Ms) ? `, with p99 below ${number(p99Ms)} ms` : ''
    const parts = [
      `a level is shown for ${yes} of ${all.length} ${all.length === 1 ? 'scenario' : 'scenarios'}`,
      ...(no > 0 ? [`none of these levels does for ${no}`] : []),
      ...(open > 0
        ? [`nothing is shown for ${open}${rate === null ? '' : ` (measure with --rate ${rate})`}`]
        : []),
    ]
    return `${asked}${limit}: ${parts.join('; ')}.`
  }

  return { judge, choose, answer }
}
