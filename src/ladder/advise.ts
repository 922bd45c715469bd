import type { Promise_ } from '../model/level.js'
import { type Ask, type Need, promiseOf } from './ask.js'
import type { Finding } from './evidence.js'

/** A level, and what is known of it under the load that is asked for. */
export interface Candidate {
  readonly key: string
  readonly number: number
  readonly name: string
  readonly promises: readonly Promise_[]
  readonly findings: readonly Finding[]
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
  /** `advised`: the lowest level that holds. `none`: all fail. `unknown`: it takes measuring first. */
  readonly state: 'advised' | 'none' | 'unknown'
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
  const at = levels.findIndex(({ state }) => state === 'holds')
  const below = at === -1 ? levels : levels.slice(0, at)
  const toMeasure = below.filter(({ state }) => state === 'unknown').map(({ key }) => key)
  const level = levels[at] ?? null
  const state = level ? 'advised' : toMeasure.length > 0 ? 'unknown' : 'none'
  return { state, level, levels, toMeasure }
}

function judgementOf({ needs }: Ask, { key, name, promises, findings }: Candidate): Judgement {
  const lacking = needs.filter((need) => !promises.includes(promiseOf(need)))
  const newest = [...findings].sort(
    (a, b) => Number(b.isSearch) - Number(a.isSearch) || (a.startedAt < b.startedAt ? 1 : -1),
  )
  const best = newest.find(({ state }) => state !== 'unknown') ?? newest[0]
  const measured = best?.reason ?? 'it was not measured'
  const base = { key, name, source: best?.source ?? null }
  if (lacking.length > 0) {
    const reasons = [...lacking.map(lackOf), ...(best?.state === 'fails' ? [measured] : [])]
    return { ...base, state: 'fails', reasons, headroom: null }
  }
  return { ...base, state: best?.state ?? 'unknown', reasons: [measured], headroom: best?.headroom ?? null }
}

function lackOf(need: Need): string {
  return `it does not promise ${need} (${promiseOf(need)})`
}
