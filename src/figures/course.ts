import { overTime, type TimePoint } from './over-time.js'
import type { Repeat } from './server-figures.js'
import { type Panel, serverPanels } from './server-panels.js'

/** How a phase of one repeat went, second by second, on one time axis: the client's view and the server's. */
export interface Course {
  readonly phase: 'capacity' | 'latency'
  readonly repeat: number
  /** End of the time axis. */
  readonly seconds: number
  readonly points: readonly TimePoint[]
  readonly panels: readonly Panel[]
}

/** Points of a line: a drawing has about twice as many pixels. */
const MOST_POINTS = 160

/**
 * The courses of the repeat whose open-loop p99 is the highest (of the first, where there is none): the details of a
 * cell show one repeat, and what a reader looks for there is the trouble.
 */
export function coursesOf(repeats: readonly Repeat[]): Course[] {
  const [first, ...others] = repeats
  if (first === undefined) return []
  const p99 = ({ outcome }: Repeat) => outcome.latency?.latency.p99Us ?? -1
  const { repeat, outcome } = others.reduce((worst, next) => (p99(next) > p99(worst) ? next : worst), first)
  const phases = [
    { phase: 'capacity', measured: outcome },
    { phase: 'latency', measured: outcome.latency },
  ] as const
  return phases.flatMap(({ phase, measured }) => {
    if (measured === null) return []
    const { sample, server } = measured
    return [
      {
        phase,
        repeat,
        seconds: sample.durationUs / 1e6,
        points: overTime(sample.intervals, MOST_POINTS),
        panels: serverPanels(server.timeline),
      },
    ]
  })
}
