import type { Series, Timeline } from '../model/run/timeline.js'
import type { Reading } from './observer.js'

/** Beyond as many samples, neighbours are merged two by two. */
export const MOST_SAMPLES = 600
/** Members of a group that keep series of their own in the end. */
export const MOST_MEMBERS = 16
/** Members that do while recording: who comes late may turn out to be busy. */
const MOST_MEMBERS_MEANWHILE = 3 * MOST_MEMBERS

type What = Series['what']
type Values = (number | null)[]

/** Merged over time, these keep their highest value, so that no peak is lost; all others are rates: their mean. */
const PEAKS: ReadonlySet<What> = new Set<What>([
  'rss',
  'threads',
  'loop-delay-p99',
  'db-pool-used',
  'db-pool-waiting',
  'db-connections',
  'queue-waiting',
  'queue-active',
  'queue-delayed',
])
const WHOLE: ReadonlySet<What> = new Set<What>(['rss', 'threads', 'loop-delay-p99'])
/** Of several things together, these are the highest one's; all others add up. */
const HIGHEST: ReadonlySet<What> = new Set<What>(['loop-delay-p99', 'loop-utilisation', 'gc'])
/** Tells who of a group is the most active. */
const ACTIVITY: ReadonlySet<What> = new Set<What>(['cpu', 'requests'])

interface Track {
  readonly of: string
  readonly what: What
  readonly group: string | null
  values: Values
}

/**
 * Keeps what is sampled on one time axis, in bounded memory however long it lasts: at most 600 samples, of which
 * neighbours are merged as it goes on, and of each group at most 16 members; `GROUP/others` stands for the rest.
 */
export class TimelineRecorder {
  #at: number[] = []
  readonly #tracks = new Map<string, Track>()
  /** Samples that become one. */
  #waiting: { at: number; readings: Map<string, Reading> }[] = []
  #stride = 1
  readonly #activity = new Map<string, Map<string, number>>()
  readonly #folded = new Set<string>()

  /** Samples so far. */
  get length(): number {
    return this.#at.length + this.#waiting.length
  }

  /** @param at seconds since measuring began */
  add(at: number, readings: readonly Reading[]): void {
    const sample = new Map<string, Reading>()
    for (const reading of readings) {
      this.#note(reading)
      const own = this.#isFolded(reading) ? { ...reading, of: othersOf(reading.group!) } : reading
      const key = keyOf(own)
      const known = sample.get(key)
      sample.set(key, known ? { ...own, value: together(own.what, [known.value, own.value])! } : own)
    }
    this.#waiting.push({ at, readings: sample })
    if (this.#waiting.length < this.#stride) return
    this.#commit()
    for (const group of this.#activity.keys()) this.#fold(group, MOST_MEMBERS_MEANWHILE)
    if (this.#at.length >= MOST_SAMPLES) this.#halve()
  }

  /** Everything so far; nothing is added afterwards. */
  timeline(): Timeline {
    if (this.#waiting.length > 0) this.#commit()
    for (const group of this.#activity.keys()) this.#fold(group, MOST_MEMBERS)
    const series = [...this.#tracks.values()].map(({ of, what, values }) => ({
      of,
      what,
      values: values.map((value) => (value === null ? null : rounded(what, value))),
    }))
    return { atSeconds: this.#at.map((at) => Math.round(at * 1_000) / 1_000), series }
  }

  #note({ of, what, value, group }: Reading): void {
    if (group === undefined || !ACTIVITY.has(what)) return
    const members = this.#activity.get(group) ?? new Map<string, number>()
    if (!this.#folded.has(of)) members.set(of, (members.get(of) ?? 0) + value)
    this.#activity.set(group, members)
  }

  #isFolded({ of, group }: Reading): boolean {
    return group !== undefined && this.#folded.has(of)
  }

  /** One sample out of those that wait. */
  #commit(): void {
    const samples = this.#waiting
    this.#waiting = []
    for (const { readings } of samples) {
      for (const [key, { of, what, group }] of readings) {
        if (this.#tracks.has(key)) continue
        this.#tracks.set(key, { of, what, group: group ?? null, values: this.#at.map(() => null) })
      }
    }
    for (const [key, track] of this.#tracks) {
      const values = samples.map(({ readings }) => readings.get(key)?.value ?? null)
      track.values.push(overTime(track.what, values))
    }
    this.#at.push(samples.at(-1)!.at)
  }

  #halve(): void {
    const half = (values: Values, what: What) => pairs(values).map((pair) => overTime(what, pair))
    for (const track of this.#tracks.values()) track.values = half(track.values, track.what)
    this.#at = pairs(this.#at).map((pair) => pair.at(-1)!)
    this.#stride *= 2
  }

  /** Puts all but the `most` busiest members of a group together. */
  #fold(group: string, most: number): void {
    const members = this.#activity.get(group)!
    if (members.size <= most) return
    const idlest = [...members].toSorted((a, b) => b[1] - a[1]).slice(most)
    for (const [of] of idlest) {
      members.delete(of)
      this.#folded.add(of)
    }
    for (const [key, track] of [...this.#tracks]) {
      if (track.group !== group || !this.#folded.has(track.of)) continue
      this.#tracks.delete(key)
      const { what } = track
      const others = keyOf({ of: othersOf(group), what })
      const known = this.#tracks.get(others)?.values
      const values = known ? known.map((value, i) => together(what, [value, track.values[i]!])) : track.values
      this.#tracks.set(others, { of: othersOf(group), what, group, values })
    }
  }
}

function othersOf(group: string): string {
  return `${group}/others`
}

function keyOf({ of, what }: { of: string; what: What }): string {
  return `${what} ${of}`
}

function pairs<T>(values: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(values.length / 2) }, (_, i) => values.slice(2 * i, 2 * i + 2))
}

/** Several moments as one; what is missing in one of them is told by the others. */
export function overTime(what: What, values: Values): number | null {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return null
  return PEAKS.has(what) ? Math.max(...known) : sum(known) / known.length
}

/** Several things as one, at one moment. */
export function together(what: What, values: Values): number | null {
  const known = values.filter((value) => value !== null)
  if (known.length === 0) return null
  return HIGHEST.has(what) ? Math.max(...known) : sum(known)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** As many decimals as mean something: the file is read by people, and must stay small. */
function rounded(what: What, value: number): number {
  const decimals = WHOLE.has(what) ? 0 : what === 'requests' ? 1 : 4
  return Number(value.toFixed(decimals))
}
