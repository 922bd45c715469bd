import type { Run, RunSettings } from '../../model/run/run.js'
import type { Sample } from '../../model/run/sample.js'
import type { CellRef, Phase, RunEvents } from '../../runner/cell/events.js'
import { SECONDS_TO_TELL, WARM_UP_LIMIT } from '../../runner/cell/steady.js'
import { warmUpParts } from '../../runner/cell/warm-up-parts.js'
import {
  addHistogram,
  createHistogram,
  decodeHistogram,
  type Histogram,
} from '../../stats/estimate/histogram.js'
import { tellable } from '../../stats/validity/enough.js'

/** What settling and the start of the generators take before each phase, about. */
const BETWEEN_PHASES_SECONDS = 2

/** Percentiles in µs, of the answers that came as expected. */
export interface Times {
  readonly p50Us: number
  readonly p95Us: number
  readonly p99Us: number
}

/** The phase that is under way, as far as it has told. */
export interface PhaseState {
  readonly cell: CellRef
  readonly phase: Phase
  /** As planned; a warm-up may take longer. */
  readonly seconds: number
  /** What the open loop arrives with, per second. */
  readonly rate: number | null
  readonly elapsedSeconds: number
  /** Good answers per second since the tick before; null until there are two. */
  readonly perSecond: number | null
  readonly errors: number
  readonly faults: Sample['errors']
  /** Of the last seconds that are known, and of the phase so far. Closed loop: service time; open loop: latency. */
  readonly recent: Times | null
  /** Without the percentiles that so few requests do not tell. */
  readonly soFar: { readonly [Name in keyof Times]: number | null } | null
  readonly busyShare: number | null
  readonly ownLagUs: number | null
}

interface RunStateOptions {
  /** How long a cell takes, until one has told. */
  readonly cellSeconds: number
  /** Whether percentiles are wanted: they cost this process about a millisecond a second. */
  readonly readsTimes: boolean
  readonly nowMs?: () => number
}

/** Where a run stands, as its events tell it. Reads and prints nothing. */
export class RunState {
  phase: PhaseState | null = null
  readonly #options: RunStateOptions
  readonly #nowMs: () => number
  #times: Histogram | null = null
  #okBefore = 0
  #cellIndex = 0
  #cellSinceMs = 0
  #cells = { count: 0, seconds: 0 }

  constructor(options: RunStateOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? (() => performance.now())
  }

  readonly onPhase: NonNullable<RunEvents['onPhase']> = (cell, phase, seconds, rate) => {
    if (cell.index !== this.#cellIndex) {
      this.#cellIndex = cell.index
      this.#cellSinceMs = this.#nowMs()
    }
    this.#times = null
    this.#okBefore = 0
    this.phase = { ...STARTING, cell, phase, seconds, rate: rate ?? null }
  }

  readonly onTick: NonNullable<RunEvents['onTick']> = (_, __, tick) => {
    if (!this.phase) return
    const { elapsedSeconds, ok, errors, faults, histograms, busyShare, ownLagUs } = tick
    const seconds = elapsedSeconds - this.phase.elapsedSeconds
    this.phase = {
      ...this.phase,
      elapsedSeconds,
      perSecond: seconds > 0 ? Math.max(0, ok - this.#okBefore) / seconds : this.phase.perSecond,
      errors,
      faults: faults ?? [],
      ...this.#timesWith(this.#options.readsTimes ? (histograms ?? []) : []),
      busyShare: busyShare ?? null,
      ownLagUs: ownLagUs ?? null,
    }
    this.#okBefore = ok
  }

  readonly onCell: NonNullable<RunEvents['onCell']> = (_, { outcome, startedAt, finishedAt }) => {
    this.phase = null
    if (outcome.state !== 'completed') return
    this.#cells.count++
    this.#cells.seconds += (Date.parse(finishedAt) - Date.parse(startedAt)) / 1_000
  }

  /** Until the last cell is measured, in seconds: an estimate. Null when nothing is under way. */
  secondsLeft(): number | null {
    if (!this.phase) return null
    const { cell, seconds, elapsedSeconds } = this.phase
    const each = this.#cells.count > 0 ? this.#cells.seconds / this.#cells.count : this.#options.cellSeconds
    const ofCell = each - (this.#nowMs() - this.#cellSinceMs) / 1_000
    return Math.max(ofCell, seconds - elapsedSeconds, 0) + (cell.of - cell.index) * each
  }

  #timesWith(encoded: readonly string[]): Pick<PhaseState, 'recent' | 'soFar'> {
    if (encoded.length === 0) return { recent: this.phase?.recent ?? null, soFar: this.phase?.soFar ?? null }
    const [recent, ...others] = encoded.map(decodeHistogram)
    if (!recent) return { recent: null, soFar: null }
    for (const other of others) addHistogram(recent, other)
    this.#times ??= createHistogram()
    addHistogram(this.#times, recent)
    const soFar = timesOf(this.#times)
    return { recent: timesOf(recent), soFar: soFar && tellable({ ...soFar }, this.#times.totalCount) }
  }
}

/** About how long a cell takes under these settings, a boot left out. */
export function expectedCellSeconds(
  settings: Pick<RunSettings, 'warmupSeconds' | 'durationSeconds' | 'latency' | 'workerCpus' | 'affinity'>,
  workers = 1,
): number {
  const { durationSeconds, latency, workerCpus } = settings
  const warmUp = warmUpParts(settings, workerCpus ? workers : null).reduce(
    (sum, { seconds }) => sum + expectedWarmUpSeconds(seconds),
    0,
  )
  return warmUp + (latency ? 2 : 1) * (durationSeconds + BETWEEN_PHASES_SECONDS)
}

/** Until throughput is steady as a rule, and never before that can be told. */
function expectedWarmUpSeconds(minimum: number): number {
  return Math.max(1.5 * minimum, Math.min(WARM_UP_LIMIT * minimum, SECONDS_TO_TELL))
}

/** About how long a run takes, its boots left out. */
export function expectedRunSeconds({
  plan,
  settings,
  levels,
}: Pick<Run, 'plan' | 'settings' | 'levels'>): number {
  const workersOf = (key: string) => levels.find((level) => level.key === key)?.workers ?? 1
  return plan.reduce((sum, { level }) => sum + expectedCellSeconds(settings, workersOf(level)), 0)
}

const STARTING = {
  elapsedSeconds: 0,
  perSecond: null,
  errors: 0,
  faults: [],
  recent: null,
  soFar: null,
  busyShare: null,
  ownLagUs: null,
} satisfies Partial<PhaseState>

function timesOf(histogram: Histogram): Times | null {
  if (histogram.totalCount === 0) return null
  return {
    p50Us: histogram.getValueAtPercentile(50),
    p95Us: histogram.getValueAtPercentile(95),
    p99Us: histogram.getValueAtPercentile(99),
  }
}
