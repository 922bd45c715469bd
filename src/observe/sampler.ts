import os from 'node:os'
import type { ServerTruth } from '../model/run/server-truth.js'
import type { Timeline } from '../model/run/timeline.js'
import { daemonsOf } from './container-daemons.js'
import { type CpuTicks, cpuShares, othersShare, readCpuTicks } from './machine-cpu.js'
import type { Reading, WatchRequest } from './observer.js'
import { PostgresActivity } from './postgres-activity.js'
import { ProcessReadings } from './process-readings.js'
import { ProcessTable } from './process-table.js'
import type { QueueWatch } from './queue-watch.js'
import { TimelineRecorder } from './timeline-recorder.js'
import { TreeUsage, treeOf } from './tree-usage.js'
import type { WorkerLinks } from './worker-links.js'
import { WorkerReadings } from './worker-readings.js'

/** How long a look waits for the answers of workers and database: less than until the next look. */
const ANSWER_WITHIN_MS = 800
/** A last stretch that is shorter has no sample of its own: CPU time comes in steps of 10 ms. */
const SHORTEST_SECONDS = 0.5

/** Looks at everything that a request names, and keeps what it sees: totals and a timeline. */
export class Sampler {
  readonly #trees
  readonly #links: WorkerLinks | null
  readonly #workers = new WorkerReadings()
  readonly #activity: PostgresActivity | null
  readonly #queue: QueueWatch | null
  readonly #table = new ProcessTable()
  readonly #recorder = new TimelineRecorder()
  /** All that is part of the measurement: the watched trees, rungs itself and its children, the generators. */
  readonly #known = new TreeUsage()
  readonly #knownRoots: readonly number[]
  readonly #isComplete: boolean
  readonly #hasContainers: boolean
  readonly #onSample: WatchRequest['onSample']
  #firstTicks: CpuTicks | null = null
  #startedAt = performance.now()
  #watched: ReadonlySet<number> = new Set()
  #own: readonly number[] = []
  #lastAt = 0
  #lastTicks: CpuTicks | null = null
  #looking: Promise<void> | null = null
  #problem: unknown = null

  constructor(request: WatchRequest, links: WorkerLinks | null, queue: QueueWatch | null = null) {
    this.#trees = request.trees.map((tree) => ({
      tree,
      usage: new TreeUsage(),
      readings: new ProcessReadings(tree.name),
    }))
    this.#knownRoots = [process.pid, ...request.trees.flatMap(({ pids }) => pids)]
    this.#isComplete = request.isComplete ?? false
    this.#hasContainers = request.hasContainers ?? false
    this.#onSample = request.onSample
    this.#links = links
    this.#queue = queue
    this.#activity = request.databaseUrl ? new PostgresActivity(request.databaseUrl) : null
  }

  /** The first look, with which the later ones are compared. It is no sample: it has no rates. */
  async begin(): Promise<void> {
    await this.#ask()
    // Connections are open now, and measuring begins: time counts from here.
    this.#startedAt = performance.now()
    this.#lookInside(0)
    this.#firstTicks = this.#lastTicks
  }

  /** Takes a sample; while one is being taken, none is added. */
  look(): void {
    this.#looking ??= this.#sample()
      .catch((error: unknown) => {
        this.#problem ??= error
      })
      .finally(() => {
        this.#looking = null
      })
  }

  /**
   * Takes the last sample at once, closes what was opened, and gives all of them.
   * @throws Error of the first look that failed: where the system does not tell of its processes.
   */
  async end(): Promise<Timeline> {
    const at = this.#seconds()
    const long = at - this.#lastAt >= SHORTEST_SECONDS
    const inside = this.#lookInside(at)
    await this.#looking
    const last = long || this.#recorder.length === 0 ? [...inside, ...(await this.#ask())] : null
    this.#activity?.close()
    if (this.#problem) throw this.#problem
    if (last) this.#recorder.add(at, last)
    return this.#recorder.timeline()
  }

  /** The level's own processes at the last look, its services aside. */
  get ownPids(): readonly number[] {
    return this.#own
  }

  usage(): ServerTruth['usage'] {
    return this.#trees.map(({ tree, usage }) => ({ name: tree.name, role: tree.role, ...usage.total() }))
  }

  async #sample(): Promise<void> {
    const at = this.#seconds()
    const inside = this.#lookInside(at)
    const readings = [...inside, ...(await this.#ask())]
    this.#recorder.add(at, readings)
    this.#onSample?.(at, readings)
  }

  /** What the kernel says, at once. */
  #lookInside(at: number): Reading[] {
    const elapsed = at - this.#lastAt
    this.#lastAt = at
    const table = this.#table.look(this.#watched)
    const watched = new Set<number>()
    const own: number[] = []
    const readings = this.#trees.flatMap(({ tree, usage, readings }) => {
      const rows = treeOf(table, tree.pids)
      for (const { pid } of rows) {
        watched.add(pid)
        if (tree.role !== 'service') own.push(pid)
      }
      usage.look(rows)
      return readings.look(rows, elapsed)
    })
    const known = [...treeOf(table, this.#knownRoots), ...(this.#hasContainers ? daemonsOf(table) : [])]
    for (const { pid } of known) watched.add(pid)
    this.#known.look(known)
    this.#watched = watched
    this.#own = own
    return [...readings, ...this.#machine()]
  }

  #machine(): Reading[] {
    const ticks = readCpuTicks()
    const { busyShare, stealShare } = cpuShares(this.#lastTicks, ticks)
    this.#lastTicks = ticks
    const readings: Reading[] = [{ of: 'machine', what: 'load', value: os.loadavg()[0] ?? 0 }]
    if (busyShare !== null) readings.push({ of: 'machine', what: 'busy', value: Math.max(0, busyShare) })
    if (stealShare !== null) readings.push({ of: 'machine', what: 'steal', value: Math.max(0, stealShare) })
    return readings
  }

  /** What workers, database and queue say of themselves. */
  async #ask(): Promise<Reading[]> {
    const [states, activity, queue] = await Promise.all([
      this.#links?.read(ANSWER_WITHIN_MS),
      this.#activity?.read(ANSWER_WITHIN_MS),
      this.#queue?.read(ANSWER_WITHIN_MS),
    ])
    const workers = states ? this.#workers.look(states, performance.now() / 1_000) : []
    return [...workers, ...(activity ?? []), ...(queue ?? [])]
  }

  /** Of the machine's CPU time between the first look and the last. */
  shares(): Pick<ServerTruth, 'busyShare' | 'stealShare' | 'othersShare'> {
    const [first, last] = [this.#firstTicks, this.#lastTicks]
    const others = this.#isComplete ? othersShare(first, last, this.#known.total().cpuUs) : null
    return { ...cpuShares(first, last), othersShare: others }
  }

  #seconds(): number {
    return (performance.now() - this.#startedAt) / 1_000
  }
}
