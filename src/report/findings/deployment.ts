import { isValid, validLatency } from '../../figures/cell-figures.js'
import { failedShare } from '../../figures/fold-repeats.js'
import type { LadderRow } from '../../figures/ladder.js'
import { maxWords } from '../../figures/latency.js'
import { levelLabel } from '../../figures/level-ref.js'
import { parseSlo } from '../../model/plan/slo-grammar.js'
import type { ReportModel } from './report-model.js'

/** What a level showed on a scenario, as far as the choice of a level needs it. Rates per second. */
export interface Shown {
  readonly level: string
  /** Lowest and highest of the repeats; null where it is not valid or was not measured. */
  readonly capacity: readonly [low: number, high: number] | null
  /** Of a constant open-loop load; null where it is not valid or was not measured. */
  readonly latency: {
    readonly rate: readonly [low: number, high: number]
    readonly p99Ms: number
    /** So many requests had no answer that p99 may be higher. */
    readonly isBound: boolean
    /** Share of the requests that failed, what was never sent included. */
    readonly failed: number
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
  return model.scenarios.map(({ name }) => ({
    scenario: name,
    levels: model.levels.map((level) =>
      shownBy(
        levelLabel(level),
        model.rows.find((row) => row.scenario === name && row.level.id === level.id),
      ),
    ),
  }))
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

function shownBy(level: string, row: LadderRow | undefined): Shown {
  if (!row?.measured) {
    const [miss] = row?.misses ?? []
    return { level, capacity: null, latency: null, missing: miss?.state ?? 'not measured' }
  }
  const { throughput, validity, latency } = row.measured
  const phase = validLatency(row.measured)
  const isConstant = phase?.profile === 'steady' || phase?.profile === 'soak'
  const capacity = isValid(row) ? ([throughput.min, throughput.max] as const) : null
  if (!phase?.latency || !isConstant) {
    const why =
      latency === null
        ? row.latencyMisses.length > 0
          ? 'latency failed'
          : 'latency not measured'
        : phase === null
          ? 'latency not valid'
          : `${phase.profile} load`
    return { level, capacity, latency: null, missing: capacity === null ? validity.state : why }
  }
  const { p99Us, censored, count } = phase.latency
  if (p99Us === null)
    return { level, capacity, latency: null, missing: `too few requests for p99: ${maxWords(phase.latency)}` }
  return {
    level,
    capacity,
    latency: {
      rate: [phase.rate.min, phase.rate.max],
      p99Ms: p99Us / 1000,
      isBound: censored > 0 && censored >= count * 0.01,
      failed: failedShare(phase.accounting),
    },
    missing: null,
  }
}

/**
 * The rules by which a level is chosen. Their source text is put into the page, which asks them again when a reader
 * types: they must refer to nothing outside themselves.
 */
export function deploymentRules() {
  const number = (value: number) =>
    value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 })
  /** Of 1,000 requests one may fail. */
  const mostFailures = 0.001

  /** What was measured at a rate holds at any lower one; of a higher one it says nothing. */
  function judge(shown: Shown, rate: number | null, p99Ms: number): Omit<Choice, 'level'> {
    const { capacity, latency, missing } = shown
    if (rate !== null && capacity !== null && rate > capacity[1])
      return { state: 'no', text: `serves ${number(capacity[1])}/s at most` }
    if (latency === null) return { state: 'open', text: missing ?? 'not measured' }
    const asked = rate ?? latency.rate[0]
    const at = `p99 ${latency.isBound ? '≥ ' : ''}${number(latency.p99Ms)} ms at ${number(latency.rate[0])}/s`
    if (latency.p99Ms >= p99Ms) return { state: asked >= latency.rate[1] ? 'no' : 'open', text: at }
    if (latency.failed > mostFailures)
      return { state: 'open', text: `${at}, ${number(latency.failed * 100)} % failed` }
    if (latency.isBound) return { state: 'open', text: at }
    return { state: asked <= latency.rate[0] ? 'yes' : 'open', text: at }
  }

  /** The lowest level that was shown to serve `rate`; without a rate the one with the highest valid capacity. */
  function choose(levels: readonly Shown[], rate: number | null, p99Ms: number): Choice {
    const all = levels.map((shown, level) => ({ ...judge(shown, rate, p99Ms), level, shown }))
    const fit = all.filter(({ state }) => state === 'yes')
    if (rate === null) {
      const able = all.filter(({ state, shown }) => state !== 'no' && shown.capacity !== null)
      const place = ({ shown }: { shown: Shown }) => [shown.capacity?.[0] ?? 0, shown.latency?.rate[0] ?? 0]
      const [most] = (able.length > 0 ? able : fit).sort((a, b) => {
        const [mine = [], theirs = []] = [place(a), place(b)]
        return (theirs[0] ?? 0) - (mine[0] ?? 0) || (theirs[1] ?? 0) - (mine[1] ?? 0)
      })
      if (most !== undefined) return { state: most.state, text: most.shown.level, level: most.level }
    }
    const best = fit[0]
    if (best !== undefined) {
      const mayBeLower = all.some(({ state, level }) => state === 'open' && level < best.level)
      const text = `${best.shown.level}${mayBeLower ? ', or a lower one' : ''}`
      return { state: 'yes', text, level: best.level }
    }
    const maybe = all.find(({ state }) => state === 'open')
    if (maybe === undefined) return { state: 'no', text: 'none of these', level: -1 }
    return { state: 'open', text: 'not shown', level: -1 }
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
