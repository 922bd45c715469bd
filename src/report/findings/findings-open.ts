import { MOST_FAILURES } from '../../figures/fold-repeats.js'
import type { LatencyPhase } from '../../model/run/outcome.js'
import { median } from '../../stats/estimate/intervals.js'
import { isConstant } from '../../stats/load/profiles.js'
import { crowdingOf } from '../../stats/validity/validity-open.js'
import * as format from '../../words/format.js'
import { poolWaiting } from './findings-limits.js'
import { type CellView, type Detector, largest } from './findings-view.js'

/** A second whose p99 is this many times the middle one's is a spike. */
const SPIKE_FACTOR = 10
/** Without a second beyond this, p99 is free of spikes. */
const CALM_FACTOR = 3
/** Seconds with a p99 that a statement about spikes needs. */
const ENOUGH_SECONDS = 5

/** Share of errors that is worth telling, and how much it must grow from the lower half of the rates to the upper. */
const ERRORS = 0.01
const ERROR_GROWTH = 5

/** A trend of memory counts from this share of the peak on, gained while measured; in less time than this it may settle. */
const GROWTH = 0.05
const LONG_SECONDS = 300
/** A drift of p99 counts from this share of it on, while measured. */
const P99_DRIFT = 0.2

const goesPastCapacity = ({ profile }: LatencyPhase) => ['ramp', 'stress', 'spike'].includes(profile)

/** The first of the phases that shows something. */
const inPhases =
  (wanted: (phase: LatencyPhase) => boolean, look: (phase: LatencyPhase) => string | null) =>
  ({ open }: CellView): string | null => {
    for (const phase of open) {
      const evidence = wanted(phase) ? look(phase) : null
      if (evidence !== null) return evidence
    }
    return null
  }

/** What the open loop shows: how the service behaves under a load that does not wait for it. */
export const OPEN_DETECTORS: readonly Detector[] = [
  {
    severity: 'red-flag',
    sentence: (where) => `Connections ran out at a load that the service should bear (${where}).`,
    look: inPhases(isConstant, exhausted),
  },
  {
    severity: 'note',
    sentence: (where) => `Past its capacity the service took all connections (${where}).`,
    look: inPhases((phase) => !isConstant(phase), exhausted),
  },
  {
    severity: 'note',
    sentence: (where) => `For a time all connections were taken, so that requests waited for one (${where}).`,
    look: inPhases(isConstant, ({ sample, service }) => {
      const crowding = crowdingOf(sample, service)
      return crowding === null || crowding.isOverload ? null : crowding.text
    }),
  },
  {
    severity: 'red-flag',
    sentence: (where) => `The service did not recover from an overload while measured (${where}).`,
    look: inPhases(goesPastCapacity, (phase) => {
      const time = overloadTime(phase)
      return time?.recovery === null
        ? `not within ${format.rate(time.left)} s of the end of the overload`
        : null
    }),
  },
  {
    severity: 'warning',
    sentence: (where) => `The service recovers slowly from an overload (${where}).`,
    look: inPhases(goesPastCapacity, (phase) => {
      const time = overloadTime(phase)
      if (!time || time.recovery === null || !isSlow(time)) return null
      return `${format.rate(time.recovery)} s after an overload of ${format.rate(time.overload)} s`
    }),
  },
  {
    severity: 'good',
    sentence: (where) => `The service recovers quickly from an overload (${where}).`,
    look: ({ open }) => {
      const times = open.filter(goesPastCapacity).flatMap((phase) => overloadTime(phase) ?? [])
      const top = largest(times, ({ recovery }) => recovery ?? Number.POSITIVE_INFINITY)
      if (!top || top.recovery === null || times.some(isSlow)) return null
      return `${format.rate(top.recovery)} s after an overload of ${format.rate(top.overload)} s`
    },
  },
  {
    severity: 'red-flag',
    sentence: (where) => `Memory grows without end while the load stays the same (${where}).`,
    look: inPhases(isLong, memoryGrowth),
  },
  {
    severity: 'warning',
    sentence: (where) => `Memory grew while measured; a longer soak tells whether it ends (${where}).`,
    look: inPhases((phase) => !isLong(phase), memoryGrowth),
  },
  {
    severity: 'warning',
    sentence: (where) => `Latency drifts upwards while the load stays the same (${where}).`,
    look: inPhases(isConstant, ({ reading, sample, latency }) => {
      if (reading?.kind !== 'drift' || !reading.p99Drifts || !latency.p99Us) return null
      const gained = ((reading.p99UsPerHour ?? 0) * sample.durationUs) / 3.6e9
      if (gained < P99_DRIFT * latency.p99Us) return null
      return `p99 rose by ${format.milliseconds(gained)} ms, and is ${format.milliseconds(latency.p99Us)} ms overall`
    }),
  },
  {
    severity: 'warning',
    sentence: (where) => `Errors grow with the load (${where}).`,
    look: inPhases((phase) => !isConstant(phase), growingErrors),
  },
  {
    severity: 'warning',
    sentence: (where) => `p99 has spikes (${where}).`,
    look: inPhases(isConstant, (phase) => {
      const { worst, middle, count } = p99Seconds(phase)
      if (middle === null || worst <= SPIKE_FACTOR * middle) return null
      const spikes = `${format.plural(count, 'second')} beyond ${SPIKE_FACTOR} times the middle`
      return `${spikes}: up to ${format.milliseconds(worst)} ms, ${format.milliseconds(middle)} ms in the middle`
    }),
  },
  {
    severity: 'good',
    sentence: (where) => `p99 is free of spikes (${where}).`,
    look: (view) => {
      const phases = view.open.filter(isConstant).map(p99Seconds)
      const top = largest(phases, ({ worst, middle }) => (middle ? worst / middle : null))
      if (!top?.middle || phases.some(({ middle }) => middle === null)) return null
      if (top.worst > CALM_FACTOR * top.middle) return null
      return `at most ${format.milliseconds(top.worst)} ms in a second, ${format.milliseconds(top.middle)} ms in the middle`
    },
  },
  {
    severity: 'warning',
    sentence: (where) => `Requests fail at a load that the service should bear (${where}).`,
    look: inPhases(isConstant, ({ errorRate, sample }) =>
      errorRate < MOST_FAILURES
        ? null
        : `${format.percent(errorRate)} errors, most of them ${sample.errors[0]?.what ?? 'unsent'}`,
    ),
  },
  {
    severity: 'good',
    sentence: (where) => `Fewer than ${format.percent(MOST_FAILURES)} of the requests fail (${where}).`,
    look: ({ open }) => {
      const top = largest(open.filter(isConstant), ({ errorRate }) => errorRate)
      return top === null || top.errorRate >= MOST_FAILURES ? null : `${format.percent(top.errorRate)} errors`
    },
  },
  {
    severity: 'warning',
    sentence: (where) => `Requests wait for a database connection below full load (${where}).`,
    look: ({ open }) => poolWaiting(open.filter(isConstant).map(({ server }) => server)),
  },
]

function exhausted({ sample, service }: LatencyPhase): string | null {
  const { open } = sample
  if (!open || open.peakConnections < open.maxConnections) return null
  if (open.unsent === 0) {
    const crowding = crowdingOf(sample, service)
    return crowding?.isOverload ? crowding.text : null
  }
  return `all ${format.integer(open.maxConnections)} connections were busy, and ${format.integer(open.unsent)} of ${format.integer(open.scheduled)} requests were never sent`
}

function isLong(phase: LatencyPhase): boolean {
  return phase.sample.durationUs >= LONG_SECONDS * 1e6
}

function memoryGrowth({ reading, sample, server }: LatencyPhase): string | null {
  if (reading?.kind !== 'drift' || !reading.rssGrows || reading.rssBytesPerHour === null) return null
  const peak = server.usage
    .filter(({ role }) => role !== 'service')
    .reduce((sum, { rssPeakBytes }) => sum + rssPeakBytes, 0)
  const gained = (reading.rssBytesPerHour * sample.durationUs) / 3.6e9
  if (gained < GROWTH * peak) return null
  return `${format.bytes(reading.rssBytesPerHour)} an hour, ${format.bytes(gained)} while measured, ${format.bytes(peak)} at most`
}

/** In seconds. */
interface OverloadTime {
  readonly overload: number
  readonly left: number
  /** Null where it did not recover while measured. */
  readonly recovery: number | null
}

function isSlow({ overload, recovery }: OverloadTime): boolean {
  return recovery === null || recovery > overload
}

/** Null where there was no overload or nothing after it. */
function overloadTime({ reading, stages }: LatencyPhase): OverloadTime | null {
  if (reading === null || reading.kind === 'drift' || stages.length < 2) return null
  // A ramp ends at its top, and what never broke has nothing to recover from.
  if (reading.kind === 'breaking-point' && reading.brokeAtRate === null) return null
  const highest = Math.max(...stages.flatMap(({ from, to }) => [from, to]))
  const last = stages.at(-1)
  if (!last || last.to >= highest) return null
  const raised = stages.slice(0, -1).filter(({ to }) => to >= highest)
  return {
    overload: raised.reduce((sum, { seconds }) => sum + seconds, 0),
    left: last.seconds,
    recovery: reading.recoverySeconds,
  }
}

function p99Seconds({ sample: { intervals } }: LatencyPhase): {
  worst: number
  middle: number | null
  count: number
} {
  const values = intervals.flatMap(({ p99Us }) => (p99Us === null ? [] : [p99Us]))
  const middle = values.length < ENOUGH_SECONDS ? null : median(values)
  const count = middle === null ? 0 : values.filter((value) => value > SPIKE_FACTOR * middle).length
  return { worst: Math.max(0, ...values), middle, count }
}

/** The seconds of the lower half of the rates against those of the upper; what was never sent is an error too. */
function growingErrors({ sample: { intervals } }: LatencyPhase): string | null {
  const seconds = intervals.flatMap(({ scheduled = 0, ok, seconds }) =>
    scheduled === 0
      ? []
      : [{ rate: scheduled / seconds, errors: Math.max(0, scheduled - ok), all: scheduled }],
  )
  const middle = median(seconds.map(({ rate }) => rate))
  if (middle === null || seconds.length < ENOUGH_SECONDS) return null
  const low = shareOf(seconds.filter(({ rate }) => rate < middle))
  const high = shareOf(seconds.filter(({ rate }) => rate > middle))
  if (low === null || high === null || high < ERRORS || high < ERROR_GROWTH * low) return null
  return `${format.percent(high)} errors above ${format.rate(middle)} requests/s, ${format.percent(low)} below`
}

function shareOf(seconds: readonly { errors: number; all: number }[]): number | null {
  const all = seconds.reduce((sum, one) => sum + one.all, 0)
  return all === 0 ? null : seconds.reduce((sum, one) => sum + one.errors, 0) / all
}
