import { SATURATED } from '../../figures/server-figures.js'
import type { CompletedOutcome } from '../../model/run/outcome.js'
import type { ProcessUsage, ServerTruth } from '../../model/run/server-truth.js'
import type { Series } from '../../model/run/timeline.js'
import { mean } from '../../stats/estimate/intervals.js'
import * as format from '../../words/format.js'
import { type CellView, type Detector, largest } from './findings-view.js'

/** From this share on a part is the larger one. */
const MOSTLY = 0.5
/** An event loop that is busy for this share of the time has no room left. */
const LOOP_BUSY = 0.95
/** Of the connections in use, at work in the database at the same moment: from here on it is the database that they wait for. */
const AT_WORK = 0.8
/** A generator beyond this is valid still, but not far from binding. */
const GENERATOR_NEAR = 0.75
/** A queue that did a smaller share of its tasks than this, and is this many behind, does not keep up. */
const KEEPS_UP = 0.9
const BEHIND_TASKS = 100

/** What a capacity ends at, each from what was seen on the server while the closed loop went on. */
export const LIMIT_DETECTORS: readonly Detector[] = [
  {
    severity: 'note',
    limit: 'own-cpu',
    sentence: (where) => `The service's own CPU is what limits its capacity (${where}).`,
    look: (view) => (beside(view) === null ? ownCpu(view) : null),
  },
  {
    severity: 'note',
    limit: 'threads',
    sentence: (where) =>
      `CPU on threads beside the event loop is what limits the capacity: libuv's pool, which hashes passwords, compresses and reads files (${where}).`,
    look: (view) => {
      const use = ownCpu(view)
      const share = beside(view)
      return use === null || share === null ? null : `${use}, ${share}`
    },
  },
  {
    severity: 'note',
    limit: 'services',
    sentence: (where) => `The services behind it take most of the CPU, and there is none left (${where}).`,
    look: (view) => {
      const full = allCores(view)
      if (full === null || full.behind < full.all * MOSTLY) return null
      const names = view.capacity
        .flatMap(({ server }) => server.usage)
        .filter(({ role }) => role === 'service')
      return `${format.list([...new Set(names.map(({ name }) => name))])} used ${format.rate(full.behind)} of ${format.rate(full.all)} cores in use, of ${format.rate(view.serviceCores)}`
    },
  },
  {
    severity: 'note',
    limit: 'cores',
    sentence: (where) => `The service and what is behind it use up the cores that they share (${where}).`,
    look: (view) => {
      const full = allCores(view)
      if (full === null || full.behind >= full.all * MOSTLY || ownCpu(view) !== null) return null
      return `it used ${format.rate(full.all - full.behind)} cores and the services behind it ${format.rate(full.behind)}, of ${format.rate(view.serviceCores)}`
    },
  },
  {
    severity: 'note',
    limit: 'database',
    sentence: (where) =>
      `Requests wait for the database: the connections that the pool has are at work in it (${where}).`,
    look: (view) => {
      const waiting = poolWaiting(view.capacity.map(({ server }) => server))
      const work = connectionsAtWork(view)
      return waiting === null || work === null || work.share < AT_WORK ? null : `${waiting}; ${work.text}`
    },
  },
  {
    severity: 'note',
    limit: 'pool',
    sentence: (where) => `Requests wait for a database connection at full load (${where}).`,
    look: (view) => {
      const waiting = poolWaiting(view.capacity.map(({ server }) => server))
      const work = connectionsAtWork(view)
      if (waiting === null || (work !== null && work.share >= AT_WORK)) return null
      return work === null ? waiting : `${waiting}; ${work.text}`
    },
  },
  {
    severity: 'note',
    limit: 'event-loop',
    sentence: (where) =>
      `The event loop is always busy although CPU is left, so something in it waits (${where}).`,
    look: (view) => {
      if (ownCpu(view) !== null || allCores(view) !== null) return null
      const loops = largest(view.capacity.map(loopsOf), (each) => each && Math.min(...each))
      if (loops === null || Math.min(...loops) < LOOP_BUSY) return null
      return `${loops.length === 1 ? 'it was' : `that of each of ${loops.length} workers was`} busy for ${format.percent(Math.min(...loops))} of the time or more`
    },
  },
  {
    severity: 'warning',
    limit: 'queue',
    sentence: (where) => `Tasks come faster than the queue's workers do them, so the queue grows (${where}).`,
    look: ({ capacity }) => {
      const behind = capacity.flatMap(({ server: { queue } }) => {
        if (!queue || queue.unknown !== null) return []
        const { enqueued, done, failed, depthAtStart, depthAtEnd } = queue
        const grown = depthAtEnd - depthAtStart
        return grown >= BEHIND_TASKS && done + failed < KEEPS_UP * enqueued
          ? [{ enqueued, done, depthAtEnd }]
          : []
      })
      const worst = largest(behind, ({ depthAtEnd }) => depthAtEnd)
      return worst === null
        ? null
        : `${format.integer(worst.done)} done of ${format.integer(worst.enqueued)} that came, ${format.integer(worst.depthAtEnd)} in flight at the end`
    },
  },
  {
    severity: 'note',
    limit: 'generator',
    sentence: (where) =>
      `The load generator was near its own limit, so the capacity may be a little higher (${where}).`,
    look: ({ capacity }) => {
      const top = largest(capacity, ({ sample }) => sample.generator.cpuShare)
      const share = top?.sample.generator.cpuShare ?? 0
      return share < GENERATOR_NEAR ? null : `the busiest generator used ${format.percent(share)} of its core`
    },
  },
]

/** Cores that the level's own processes used where that is about all that they can; else null. */
function ownCpu(view: CellView): string | null {
  if (view.workerCpus !== null) return quotaUsed(view, view.workerCpus * (view.level.workers ?? 1))
  const use = mostUsed(view, ({ role }) => role !== 'service')
  const limit = Math.min(view.serviceCores, view.level.workers ?? view.serviceCores)
  if (use === null || use < limit * SATURATED) return null
  return `its processes used ${format.rate(use)} of the ${format.plural(limit, 'core')} that they can use`
}

/** The quota is that of the workers alone: proxy and queue have none. */
function quotaUsed(view: CellView, limit: number): string | null {
  const use = mostUsed(view, ({ role }) => role === 'web')
  if (use === null || use < limit * SATURATED) return null
  return `its workers used ${format.rate(use)} of the ${format.rate(limit)} cores of their CPU quota`
}

/** Cores in use by the level and the services behind it, where these are about all that there are. */
function allCores(view: CellView): { readonly all: number; readonly behind: number } | null {
  const all = mostUsed(view, () => true)
  const behind = mostUsed(view, ({ role }) => role === 'service')
  return all === null || behind === null || all < view.serviceCores * SATURATED ? null : { all, behind }
}

/**
 * Where most of the web processes' CPU time is not their event loops': an event loop uses no more CPU than it is busy, so
 * what goes beyond that is other threads' work, garbage collection's helpers apart.
 */
function beside({ capacity }: CellView): string | null {
  const known = capacity.flatMap((outcome) => {
    const loops = loopsOf(outcome)
    const cpu = coresOf(outcome, ({ role }) => role === 'web')
    return loops === null || cpu === null || cpu === 0
      ? []
      : [{ cpu, loop: loops.reduce((sum, share) => sum + share, 0) }]
  })
  // Of the repeat in which the loops had the largest part.
  const top = largest(known, ({ cpu, loop }) => loop / cpu)
  if (top === null || known.length < capacity.length || top.loop > (1 - MOSTLY) * top.cpu) return null
  return `of which the event loops account for ${format.rate(top.loop)} at most`
}

/** The mean share of the time for which each worker's event loop was busy; null unless every worker tells. */
function loopsOf({ server: { timeline, workers } }: CompletedOutcome): number[] | null {
  const loops = (timeline?.series ?? []).filter(({ what }) => what === 'loop-utilisation')
  if (loops.length === 0 || loops.length < (workers?.expected ?? 1)) return null
  return loops.map(({ values }) => mean(values.filter((value) => value !== null)) ?? 0)
}

function mostUsed({ capacity }: CellView, wanted: (usage: ProcessUsage) => boolean): number | null {
  return largest(
    capacity.map((outcome) => coresOf(outcome, wanted)),
    (value) => value,
  )
}

function coresOf(
  { server: { usage }, sample: { durationUs } }: CompletedOutcome,
  wanted: (usage: ProcessUsage) => boolean,
): number | null {
  const own = usage.filter(wanted)
  if (own.length === 0 || durationUs <= 0) return null
  return own.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / durationUs
}

/**
 * The largest share in use of what a cell's capacity could go by: all cores, one core of any part (it may be one thread), the
 * workers' quota, their event loops. Of a service whose processes are not seen, the cores in use on its machine, the
 * generator's too; null of one elsewhere.
 */
export function busyShare(outcome: CompletedOutcome, view: CellView): number | null {
  const { server, sample } = outcome
  const all = coresOf(outcome, () => true)
  if (all === null || server.elsewhere) {
    if (view.sharedCores === null || server.busyShare === null) return null
    return server.busyShare * view.sharedCores
  }
  const parts = server.usage.map(({ cpuUs }) => cpuUs / sample.durationUs)
  const web = coresOf(outcome, ({ role }) => role === 'web') ?? 0
  const quota = view.workerCpus === null ? [] : [web / (view.workerCpus * (view.level.workers ?? 1))]
  return Math.max(all / view.serviceCores, ...parts, ...quota, ...(loopsOf(outcome) ?? []))
}

/** In half the samples or more some request waited for a connection of a pool. */
export function poolWaiting(servers: readonly Pick<ServerTruth, 'timeline'>[]): string | null {
  const values = servers.flatMap(({ timeline }) =>
    together(timeline, ({ what }) => what === 'db-pool-waiting'),
  )
  const waiting = values.filter((value) => value > 0)
  if (values.length === 0 || waiting.length * 2 < values.length) return null
  return `${waiting.length} of ${values.length} samples, up to ${format.plural(Math.max(...waiting), 'request')} at once`
}

/** How many of the connections that the pools had in use the database was working for, over all samples. */
function connectionsAtWork({ capacity }: CellView): { readonly share: number; readonly text: string } | null {
  const timelines = capacity.map(({ server: { timeline } }) => timeline)
  const used = mean(
    timelines.flatMap((timeline) => together(timeline, ({ what }) => what === 'db-pool-used')),
  )
  const active = mean(
    timelines.flatMap((timeline) => together(timeline, ({ of }) => of === 'postgres (active)')),
  )
  if (used === null || active === null || used <= 0) return null
  return {
    share: active / used,
    text: `the database was at work for ${format.rate(active)} of ${format.rate(used)} connections in use`,
  }
}

/** Of all that have the quantity together, a value a sample. */
function together(timeline: ServerTruth['timeline'], wanted: (series: Series) => boolean): number[] {
  const series = timeline?.series.filter(wanted) ?? []
  return (timeline?.atSeconds ?? []).flatMap((_, i) => {
    const known = series.flatMap(({ values }) => values[i] ?? [])
    return known.length === 0 ? [] : [known.reduce((sum, value) => sum + value, 0)]
  })
}
