import type { Pair } from '../../engine/duet/duet.js'
import type { Interval, Sample } from '../../model/run/sample.js'
import type { GateSlice } from '../../model/studies/gate-block.js'
import type { Booted } from '../cell/booted.js'

/** CPU time and memory of process trees, now. */
export interface TreeReading {
  readonly cpuUs: number
  readonly rssBytes: number
  readonly pids: readonly number[]
}

export type TreeCpu = (roots: readonly number[]) => TreeReading

/** Readings of both services' process trees at the same moments. */
export class TreeReadings {
  /** Null for a service that is not ours. */
  readonly pairs: Pair<TreeReading | null>[] = []
  readonly #timers: NodeJS.Timeout[] = []
  #last: Promise<void> = Promise.resolve()

  constructor(
    private readonly booted: Pair<Booted>,
    private readonly treeCpu: TreeCpu,
  ) {}

  /** Now; null where one of the two is not ours. */
  rssBytes(): Pair<number> | null {
    const [first, second] = this.#look()
    return first && second ? [first.rssBytes, second.rssBytes] : null
  }

  /** Reads at a moment of `process.hrtime.bigint()`, and at the end of each of so many seconds behind it. */
  everySecond(atNs: bigint, seconds: number): void {
    const leadMs = Number(atNs - process.hrtime.bigint()) / 1e6
    this.#last = new Promise((resolve) => {
      for (let second = 0; second <= seconds; second++) {
        const look = () => {
          this.pairs.push(this.#look())
          if (second === seconds) resolve()
        }
        this.#timers.push(setTimeout(look, leadMs + 1_000 * second))
      }
    })
  }

  /** After the last reading. */
  done(): Promise<void> {
    return this.#last
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  #look(): Pair<TreeReading | null> {
    return [this.#tree(this.booted[0]), this.#tree(this.booted[1])]
  }

  /** What of a service's processes is its own: a database beside it serves both. */
  #tree({ trees }: Booted): TreeReading | null {
    const own = trees.filter(({ role }) => role !== 'service')
    return own.length === 0 ? null : this.treeCpu(own.flatMap(({ pids }) => pids))
  }
}

/** The last second of a load is as long as its end was punctual; a shorter rest is no slice. */
const SHORTEST_SECONDS = 0.9

function fullSeconds({ intervals }: Sample): Interval[] {
  return intervals.filter(({ seconds }) => seconds >= SHORTEST_SECONDS)
}

/**
 * The seconds of a load. CPU time is 0, which no metric takes for a figure, where it is not known: the service is
 * not ours, or its processes changed meanwhile.
 */
export function slicesOf(
  samples: Pair<Sample>,
  readings: readonly Pair<TreeReading | null>[],
  base: 0 | 1,
): GateSlice[] {
  const seconds = samples.map(fullSeconds)
  const armOf = (arm: number, slice: number) => ({
    ok: seconds[arm]?.[slice]?.ok ?? 0,
    cpuNs: cpuNs(readings[slice]?.[arm], readings[slice + 1]?.[arm]),
  })
  const count = Math.min(...seconds.map(({ length }) => length))
  return Array.from({ length: count }, (_, slice) => ({
    seconds: seconds[base]?.[slice]?.seconds ?? 1,
    base: armOf(base, slice),
    head: armOf(1 - base, slice),
  }))
}

function cpuNs(before: TreeReading | null | undefined, after: TreeReading | null | undefined): number {
  if (!before || !after || before.pids.join() !== after.pids.join()) return 0
  return Math.max(0, Math.round((after.cpuUs - before.cpuUs) * 1_000))
}
