import type { Promise_ } from '../model/plan/level.js'
import type { Reload } from '../model/studies/ladder.js'
import { type Ask, type Need, promiseOf } from './ask.js'
import type { Finding } from './evidence.js'
import { type Lowest, levelRules } from './which-level.js'

/** A level, and what is known of it under the load that is asked for. */
export interface Candidate {
  readonly key: string
  readonly number: number
  readonly name: string
  readonly promises: readonly Promise_[]
  readonly findings: readonly Finding[]
  /** What its own reload cost in the newest ladder, where that was measured. */
  readonly reload?: Reload | null
}

export interface Judgement {
  readonly key: string
  readonly name: string
  readonly state: Finding['state']
  readonly reasons: readonly string[]
  readonly headroom: number | null
  readonly source: string | null
}

export interface Advice {
  readonly state: Lowest['state']
  readonly level: Judgement | null
  /** All of them, the lowest first. */
  readonly levels: readonly Judgement[]
  /** Levels below the advised one, or of all, that must be measured for the answer to be certain. */
  readonly toMeasure: readonly string[]
}

/**
 * The lowest level that keeps what is asked for, by what was measured. A level that lacks a promise fails without any
 * measurement; of several measurements that decide, a search goes before a run, and then the newest counts.
 */
export function advise(ask: Ask, candidates: readonly Candidate[]): Advice {
  const levels = [...candidates].sort((a, b) => a.number - b.number).map((one) => judgementOf(ask, one))
  const { state, place, open } = levelRules().lowest(levels.map((one) => one.state))
  const toMeasure = levels.flatMap(({ key }, index) => (open.includes(index) ? [key] : []))
  return { state, level: levels[place] ?? null, levels, toMeasure }
}

function judgementOf({ needs }: Ask, { key, name, promises, findings, reload }: Candidate): Judgement {
  const lacking = needs.filter((need) => !promises.includes(promiseOf(need)))
  const reloaded = needs.includes('zero-downtime') && reload ? reload : null
  const newest = [...findings].sort(
    (a, b) => Number(b.isSearch) - Number(a.isSearch) || Date.parse(b.startedAt) - Date.parse(a.startedAt),
  )
  const best = decisive(newest) ?? newest[0]
  const measured = best?.reason ?? 'it was not measured'
  const base = { key, name, source: best?.source ?? null }
  if (lacking.length > 0) {
    const reasons = [...lacking.map(lackOf), ...(best?.state === 'fails' ? [measured] : [])]
    return { ...base, state: 'fails', reasons, headroom: null }
  }
  if (reloaded && (reloaded.lost > 0 || reloaded.error !== null)) {
    return { ...base, state: 'fails', reasons: [reloadText(reloaded)], headroom: null }
  }
  const reasons = [measured, ...(reloaded ? [reloadText(reloaded)] : [])]
  return { ...base, state: best?.state ?? 'unknown', reasons, headroom: best?.headroom ?? null }
}

/**
 * The first that decides. Where its result holds several numbers of workers, one with which the level holds is enough;
 * the fewest are told, and where none does, the most.
 */
function decisive(findings: readonly Finding[]): Finding | undefined {
  const decided = findings.filter(({ state }) => state !== 'unknown')
  const [first] = decided
  const byWorkers = new Map<number | undefined, Finding>()
  for (const one of decided) {
    const isSame = one.source === first?.source && one.isSearch === first.isSearch
    if (isSame && !byWorkers.has(one.workers)) byWorkers.set(one.workers, one)
  }
  const each = [...byWorkers.values()].sort((a, b) => (a.workers ?? 0) - (b.workers ?? 0))
  return each.find(({ state }) => state === 'holds') ?? each.at(-1)
}

function reloadText({ lost, answered, seconds, error }: Reload): string {
  if (error !== null) return `its reload failed: ${error}`
  return `its reload lost ${lost === 0 ? 'none' : lost} of ${answered + lost} requests (${(seconds ?? 0).toFixed(1)} s)`
}

function lackOf(need: Need): string {
  return `it does not promise ${need} (${promiseOf(need)})`
}
