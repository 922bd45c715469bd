import type { OwnStages } from '../model/plan/profile-base.js'
import type { Slo } from '../model/plan/slo.js'
import { parseSlo } from '../model/plan/slo-grammar.js'
import { type Parsed, seconds } from './parsers.js'

const MOST_PER_SECOND = 1_000_000
const DAY = 86_400

/** Arrivals per second: `250`, `2.5` or `250/s`. */
export function ratePerSecond(text: string): Parsed<number> {
  const value = Number(/^(\d+(?:\.\d+)?)\s?(?:\/s)?$/.exec(text)?.[1] ?? Number.NaN)
  if (value > 0 && value <= MOST_PER_SECOND) return { value }
  return { problem: `must be requests per second above 0, up to ${MOST_PER_SECOND}, such as 250` }
}

/** `60%` or `0.6`, as a number of 0 to 1. */
export function share(text: string): Parsed<number> {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s?(%)?$/.exec(text) ?? []
  const value = unit ? Number(number) / 100 : Number(number)
  if (value > 0 && value <= 1) return { value }
  return { problem: 'must be a share of the capacity above 0, up to 100%, such as 60%' }
}

export function showShare(value: number): string {
  return `${Number((value * 100).toPrecision(12))}%`
}

const STAGES =
  'must be pieces of time and rate, such as 10s:100,5s:100-500 (per second) or 10s:50%,5s:50%-150% (of the capacity)'

/** `10s:100,5s:100-500`: for each piece its length, and its rate or the rates it goes from and to. */
export function stages(text: string): Parsed<OwnStages> {
  const pieces = text.split(',').map(pieceOf)
  const known = pieces.filter((piece) => piece !== null)
  if (known.length < pieces.length) return { problem: STAGES }
  const units = new Set(known.map(({ of }) => of))
  if (units.size > 1) return { problem: 'must have all its rates per second, or all in % of the capacity' }
  if (known.every(({ from, to }) => from === 0 && to === 0)) return { problem: 'must have a rate above 0' }
  if (known.reduce((sum, piece) => sum + piece.seconds, 0) > DAY) {
    return { problem: `must be no longer than ${DAY} s together` }
  }
  const of = known[0]?.of ?? 'rate'
  return { value: { of, stages: known.map(({ seconds, from, to }) => ({ seconds, from, to })) } }
}

type Piece = OwnStages['stages'][number] & Pick<OwnStages, 'of'>

const PIECE = /^(.+):(\d+(?:\.\d+)?)(%?)(?:-(\d+(?:\.\d+)?)(%?))?$/

function pieceOf(text: string): Piece | null {
  const [, time = '', start, unit = '', end = start, endUnit = unit] = PIECE.exec(text.trim()) ?? []
  const length = seconds({ zero: false, max: DAY, example: 10 })(time.trim())
  if ('problem' in length || unit !== endUnit) return null
  const size = unit === '%' ? 100 : 1
  const [from, to] = [Number(start) / size, Number(end) / size]
  if (unit === '' && Math.max(from, to) > MOST_PER_SECOND) return null
  return { of: unit === '%' ? 'capacity' : 'rate', seconds: length.value, from, to }
}

export function showStages({ of, stages: list }: OwnStages): string {
  const rate = (value: number) => (of === 'capacity' ? showShare(value) : String(value))
  return list
    .map(({ seconds, from, to }) => `${seconds}s:${from === to ? rate(from) : `${rate(from)}-${rate(to)}`}`)
    .join(',')
}

/** Objectives, comma-separated; every one that is wrong is told. */
export function sloRules(text: string): Parsed<readonly Slo[]> {
  const parsed = text.split(',').map(parseSlo)
  const problems = parsed.flatMap((one) => ('problem' in one ? [one.problem] : []))
  const [problem, ...more] = problems
  if (problem !== undefined) return { problem, more }
  return { value: parsed.flatMap((one) => ('value' in one ? [one.value] : [])) }
}
