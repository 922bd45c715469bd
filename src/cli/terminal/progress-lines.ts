import { type Paint, plain, widthOf } from '../../markup/text-table.js'
import type { CellRef } from '../../runner/cell/events.js'
import { integer, latency, milliseconds, plural } from '../../words/format.js'
import type { PhaseState } from './run-state.js'

const BAR = 12
const BETWEEN = ' · '
const INDENT = '  '

/** A generator that is busier than this may be what limits the figures. */
const BUSY = 0.9

/** What a terminal shows of the phase under way: up to three lines of at most `width` columns. */
export function progressLines(
  state: PhaseState,
  secondsLeft: number | null,
  width: number,
  colours: Paint,
): string[] {
  const left = secondsLeft === null ? null : `${timeText(secondsLeft)} left`
  const head = [colours.bold(placeText(state.cell)), phaseText(state), clockText(state), left]
  const lines = [joined(head, width, '')]
  if (state.perSecond !== null) lines.push(joined(figures(state, colours), width, INDENT))
  if (state.busyShare !== null) lines.push(joined([health(state, colours)], width, INDENT))
  return lines
}

/** `[3/12] level 2 db-read`, with the repeat where there are several. */
export function placeText({ index, of, level, scenario, repeat }: CellRef): string {
  const name = level.number === null ? level.key : `level ${level.key}`
  return plain(`[${index}/${of}] ${name} ${scenario}${repeat > 1 ? ` (repeat ${repeat})` : ''}`)
}

/** `latency at 1,200/s`. */
export function phaseText({ phase, rate }: Pick<PhaseState, 'phase' | 'rate'>): string {
  return rate === null ? phase : `${phase} at ${rateText(rate)}`
}

export function rateText(perSecond: number): string {
  return `${perSecond < 10 ? Number(perSecond.toPrecision(2)) : integer(perSecond)}/s`
}

/** `45 s`, `12 min`, `1 h 05 min`. */
export function timeText(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`
}

function clockText({ phase, seconds, elapsedSeconds, rate }: PhaseState): string | null {
  if (phase === 'setup') return null
  if (elapsedSeconds === 0) return rate === null ? 'starting' : 'lead-in'
  const elapsed = Math.floor(elapsedSeconds)
  // A warm-up lasts until the service is steady.
  if (phase === 'warm-up') return `${elapsed} s`
  const done = Math.round(BAR * Math.min(1, elapsedSeconds / Math.max(seconds, elapsedSeconds)))
  return `${'━'.repeat(done)}${'╌'.repeat(BAR - done)} ${elapsed} of ${Math.round(seconds)} s`
}

/** The most important first: those behind are left out where there is no room. */
function figures({ phase, perSecond, errors, soFar }: PhaseState, { red, dim }: Paint): (string | null)[] {
  const times = phase === 'latency' ? 'latency' : 'service time'
  const [p50, p95, p99] = [soFar?.p50Us, soFar?.p95Us, soFar?.p99Us].map((us) => latency(us ?? null))
  return [
    rateText(perSecond ?? 0),
    errors === 0 ? dim('no errors') : red(plural(errors, 'error')),
    soFar && `${times} p50 ${p50}, p95 ${p95}, p99 ${p99} ms`,
  ]
}

/** How the load generator itself fares: one that is busy all the time, or late, measures itself. */
function health({ busyShare, ownLagUs }: PhaseState, { yellow, dim }: Paint): string {
  const late = ownLagUs === null ? '' : `, itself late by ${milliseconds(ownLagUs)} ms (p99)`
  const text = `load generator ${Math.round(100 * (busyShare ?? 0))} % busy${late}`
  return (busyShare ?? 0) > BUSY ? yellow(text) : dim(text)
}

function joined(parts: readonly (string | null)[], width: number, indent: string): string {
  let line = indent
  for (const part of parts) {
    if (part === null || part === '') continue
    const next = line === indent ? line + part : `${line}${BETWEEN}${part}`
    if (line !== indent && widthOf(next) > width) break
    line = next
  }
  return line
}
