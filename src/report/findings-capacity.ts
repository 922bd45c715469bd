import type { CompletedOutcome, ProcessUsage, ServerTruth } from '../model/run.js'
import { type CellView, type Detector, largest } from './findings-view.js'
import * as format from './format.js'
import { skewOf } from './server-figures.js'

/** Largest ÷ mean requests of a worker: beyond the first uneven, up to the second even. */
const UNEVEN = 1.5
const EVEN = 1.2
/** Requests per worker under which a skew is chance. */
const ENOUGH_REQUESTS = 100

/** A part that used this share of the CPU time it could have is what limits. */
const SATURATED = 0.9
/** Of the CPU time of service and database together, from which the database is the larger part. */
const MOSTLY = 0.5
/** A generator beyond this is valid still, but not far from binding. */
const GENERATOR_NEAR = 0.75

/** What the closed loop shows: where the capacity goes. */
export const CAPACITY_DETECTORS: readonly Detector[] = [
  {
    severity: 'red-flag',
    sentence: (where) => `Wrong data: answers with the right status had the wrong body (${where}).`,
    look: ({ capacity, open }) => {
      const samples = [...capacity, ...open].map(({ sample }) => sample)
      const wrong = samples.reduce((sum, { counts }) => sum + counts.badBody, 0)
      const sent = samples.reduce((sum, { counts }) => sum + counts.sent, 0)
      return wrong === 0 ? null : `${format.integer(wrong)} of ${format.integer(sent)} answers`
    },
  },
  {
    severity: 'warning',
    sentence: (where) => `Requests are unevenly spread over the workers (${where}).`,
    look: (view) => {
      const skewed = leastEven(view)
      if (skewed === null || skewed.skew < UNEVEN) return null
      return `${format.percent(skewed.topShare)} went to one of ${skewed.count} workers, ${format.ratio(skewed.skew)} its part`
    },
  },
  {
    severity: 'good',
    sentence: (where) => `Requests are evenly spread over the workers (${where}).`,
    look: (view) => {
      const skewed = leastEven(view)
      if (skewed === null || skewed.skew > EVEN) return null
      return `the busiest of ${skewed.count} workers served ${format.ratio(skewed.skew)} its part`
    },
  },
  {
    severity: 'note',
    limit: 'own-cpu',
    sentence: (where) => `The service's own CPU is what limits its capacity (${where}).`,
    look: (view) => {
      const { workerCpus, level } = view
      if (workerCpus !== null) return quotaUsed(view, workerCpus * (level.workers ?? 1))
      const use = mostUsed(view, (server) => coresOf(server, (role) => role !== 'service'))
      if (use === null) return null
      const limit = Math.min(view.serviceCores, view.level.workers ?? view.serviceCores)
      if (use < limit * SATURATED) return null
      return `its processes used ${format.rate(use)} of the ${format.plural(limit, 'core')} that they can use`
    },
  },
  {
    severity: 'note',
    limit: 'services',
    sentence: (where) => `The services behind it take most of the CPU, and there is none left (${where}).`,
    look: (view) => {
      const all = mostUsed(view, (server) => coresOf(server, () => true))
      const behind = mostUsed(view, (server) => coresOf(server, (role) => role === 'service'))
      if (all === null || behind === null || all < view.serviceCores * SATURATED) return null
      if (behind < all * MOSTLY) return null
      const names = view.capacity
        .flatMap(({ server }) => server.usage)
        .filter(({ role }) => role === 'service')
      return `${format.list([...new Set(names.map(({ name }) => name))])} used ${format.rate(behind)} of ${format.rate(all)} cores in use, of ${format.rate(view.serviceCores)}`
    },
  },
  {
    severity: 'note',
    limit: 'pool',
    sentence: (where) => `Requests wait for a database connection at full load (${where}).`,
    look: ({ capacity }) => poolWaiting(capacity.map(({ server }) => server)),
  },
  {
    severity: 'note',
    sentence: (where) =>
      `The load generator was near its own limit, so the capacity may be a little higher (${where}).`,
    look: ({ capacity }) => {
      const top = largest(capacity, ({ sample }) => sample.generator.cpuShare)
      const share = top?.sample.generator.cpuShare ?? 0
      return share < GENERATOR_NEAR ? null : `the busiest generator used ${format.percent(share)} of its core`
    },
  },
]

/** The quota is that of the workers alone: proxy and queue have none. */
function quotaUsed(view: CellView, limit: number): string | null {
  const use = mostUsed(view, (server) => coresOf(server, (role) => role === 'web'))
  if (use === null || use < limit * SATURATED) return null
  return `its workers used ${format.rate(use)} of the ${format.rate(limit)} cores of their CPU quota`
}

interface Skew {
  readonly skew: number
  readonly topShare: number
  readonly count: number
}

/** Over the repeats, of those in which every worker's count is known. */
function leastEven({ capacity }: CellView): Skew | null {
  return largest(capacity.flatMap(skewIn), ({ skew }) => skew)
}

function skewIn({ server: { workers } }: CompletedOutcome): Skew[] {
  if (!workers || workers.unknown !== null || workers.changed > 0 || workers.expected < 2) return []
  const total = workers.shares.reduce((sum, { requests }) => sum + requests, 0)
  const count = Math.max(workers.expected, workers.shares.length)
  const skew = skewOf(workers.shares, workers.expected)
  if (skew === null || total < count * ENOUGH_REQUESTS) return []
  return [{ skew, count, topShare: skew / count }]
}

type Counted = { readonly usage: readonly ProcessUsage[]; readonly durationUs: number }

function mostUsed({ capacity }: CellView, coresIn: (server: Counted) => number | null): number | null {
  const values = capacity.map(({ server, sample }) =>
    coresIn({ usage: server.usage, durationUs: sample.durationUs }),
  )
  return largest(values, (value) => value)
}

function coresOf(
  { usage, durationUs }: Counted,
  wanted: (role: ProcessUsage['role']) => boolean,
): number | null {
  const own = usage.filter(({ role }) => wanted(role))
  if (own.length === 0 || durationUs <= 0) return null
  return own.reduce((sum, { cpuUs }) => sum + cpuUs, 0) / durationUs
}

/** In half the samples or more some request waited for a connection of a pool. */
export function poolWaiting(servers: readonly Pick<ServerTruth, 'timeline'>[]): string | null {
  const values = servers.flatMap(({ timeline }) => waitingIn(timeline))
  const waiting = values.filter((value) => value > 0)
  if (values.length === 0 || waiting.length * 2 < values.length) return null
  return `${waiting.length} of ${values.length} samples, up to ${format.plural(Math.max(...waiting), 'request')} at once`
}

/** Of all pools together, a value a sample. */
function waitingIn(timeline: ServerTruth['timeline']): number[] {
  const series = timeline?.series.filter(({ what }) => what === 'db-pool-waiting') ?? []
  return (timeline?.atSeconds ?? []).flatMap((_, i) => {
    const known = series.flatMap(({ values }) => values[i] ?? [])
    return known.length === 0 ? [] : [known.reduce((sum, value) => sum + value, 0)]
  })
}
