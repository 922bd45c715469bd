import type { Reading } from '../../observe/observer.js'
import type { RunEvents } from '../../runner/cell/events.js'
import { phaseText, placeText } from '../terminal/progress-lines.js'
import type { RunState } from '../terminal/run-state.js'

/** So many seconds of a run are kept for whoever opens the page late. */
const KEPT_POINTS = 300
const KEPT_CELLS = 200

/** A moment of the run: what the generators told, or what was seen of the service. Times in ms. */
export interface LivePoint {
  /** Seconds since the page was there. */
  readonly at: number
  readonly perSecond?: number
  readonly errorsPerSecond?: number
  readonly p50?: number
  readonly p95?: number
  readonly p99?: number
  /** Cores in use, by process. */
  readonly cpu?: Readonly<Record<string, number>>
}

/** Where the run stands, in words. */
export interface LiveStatus {
  readonly cell: string
  readonly phase: string
  /** Of the phase, 0 to 1; null where it lasts until the service is steady. */
  readonly progress: number | null
  readonly secondsLeft: number | null
  readonly times: 'latency' | 'service time'
  readonly errors: number
  readonly faults: readonly string[]
  readonly generatorBusy: number | null
  readonly generatorLateMs: number | null
}

export interface LiveCell {
  readonly cell: string
  readonly text: string
  readonly valid: boolean
}

export type LiveMessage =
  | { readonly type: 'status'; readonly status: LiveStatus }
  | { readonly type: 'point'; readonly point: LivePoint }
  | { readonly type: 'cell'; readonly cell: LiveCell }
  | { readonly type: 'end'; readonly text: string }

/** Turns what a run tells into messages for its page, and keeps the last of them. */
export class LiveFeed implements RunEvents {
  readonly #state: RunState
  readonly #describe: NonNullable<LiveFeedOptions['describeCell']>
  readonly #secondsNow: () => number
  readonly #listeners = new Set<(message: LiveMessage) => void>()
  #points: LivePoint[] = []
  #cells: LiveCell[] = []
  #status: LiveStatus | null = null
  #errorsBefore = 0

  /** @param state is told each event before this */
  constructor({ state, describeCell, secondsNow }: LiveFeedOptions) {
    this.#state = state
    this.#describe = describeCell
    this.#secondsNow = secondsNow ?? (() => performance.now() / 1_000)
  }

  /** What has been so far, then everything that comes. The answer ends it. */
  follow(listener: (message: LiveMessage) => void): () => void {
    if (this.#status) listener({ type: 'status', status: this.#status })
    for (const point of this.#points) listener({ type: 'point', point })
    for (const cell of this.#cells) listener({ type: 'cell', cell })
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly onPhase: NonNullable<RunEvents['onPhase']> = () => {
    this.#errorsBefore = 0
    this.#tellStatus()
  }

  readonly onTick: NonNullable<RunEvents['onTick']> = () => {
    const { phase } = this.#state
    if (!phase) return
    const { recent, perSecond, errors } = phase
    this.#tellPoint({
      at: this.#now(),
      ...(perSecond === null ? {} : { perSecond }),
      errorsPerSecond: Math.max(0, errors - this.#errorsBefore),
      ...(recent ? { p50: recent.p50Us / 1_000, p95: recent.p95Us / 1_000, p99: recent.p99Us / 1_000 } : {}),
    })
    this.#errorsBefore = errors
    this.#tellStatus()
  }

  readonly onServer: NonNullable<RunEvents['onServer']> = (_, __, readings) => {
    const cpu = coresOf(readings)
    if (Object.keys(cpu).length > 0) this.#tellPoint({ at: this.#now(), cpu })
  }

  readonly onCell: NonNullable<RunEvents['onCell']> = (ref, { outcome }) => {
    const valid = outcome.state === 'completed' && outcome.validity.state === 'valid'
    const cell = { cell: placeText(ref), text: this.#describe(outcome), valid }
    this.#cells = [...this.#cells, cell].slice(-KEPT_CELLS)
    this.#tell({ type: 'cell', cell })
  }

  end(text: string): void {
    this.#tell({ type: 'end', text })
  }

  #tellPoint(point: LivePoint): void {
    this.#points.push(point)
    if (this.#points.length > 2 * KEPT_POINTS) this.#points = this.#points.slice(-KEPT_POINTS)
    this.#tell({ type: 'point', point })
  }

  #tellStatus(): void {
    const { phase } = this.#state
    if (!phase) return
    const { elapsedSeconds, seconds, errors, faults, busyShare, ownLagUs } = phase
    this.#status = {
      cell: placeText(phase.cell),
      phase: phaseText(phase),
      progress: phase.phase === 'warm-up' || seconds === 0 ? null : Math.min(1, elapsedSeconds / seconds),
      secondsLeft: this.#state.secondsLeft(),
      times: phase.phase === 'latency' ? 'latency' : 'service time',
      errors,
      faults: faults.map(({ what, count }) => `${count.toLocaleString('en')} × ${what}`),
      generatorBusy: busyShare,
      generatorLateMs: ownLagUs === null ? null : ownLagUs / 1_000,
    }
    this.#tell({ type: 'status', status: this.#status })
  }

  #tell(message: LiveMessage): void {
    for (const listener of this.#listeners) listener(message)
  }

  #now(): number {
    return Math.round(this.#secondsNow() * 10) / 10
  }
}

interface LiveFeedOptions {
  readonly state: RunState
  readonly describeCell: (outcome: Parameters<NonNullable<RunEvents['onCell']>>[1]['outcome']) => string
  readonly secondsNow?: () => number
}

/** Of each process tree as a whole, not of its members. */
function coresOf(readings: readonly Reading[]): Record<string, number> {
  const whole = readings.filter(({ what, group }) => what === 'cpu' && group === undefined)
  return Object.fromEntries(whole.map(({ of, value }) => [of, Math.round(value * 1_000) / 1_000]))
}
