import type { Series, Timeline } from '../model/run/timeline.js'
import { toDecimals } from '../words/round.js'
import { downSample, type Point } from './down-sample.js'

/** One quantity of the server over time: a line for each thing that has it. */
export interface Panel {
  readonly title: string
  readonly unit: string
  readonly lines: readonly { readonly label: string; readonly points: readonly Point[] }[]
  /** Things that are not drawn, since there are too many. */
  readonly left: number
}

/** As many as there are colours to tell them apart. */
const MOST_LINES = 7

/** Points of a line: a panel has about twice as many pixels. */
const MOST_POINTS = 160

interface Kind {
  readonly title: string
  readonly unit: string
  readonly what: readonly Series['what'][]
  /** From the file's unit to the shown one. */
  readonly scale: number
  /** Draws whole process trees only, where these are there. */
  readonly trees?: true
}

const KINDS: readonly Kind[] = [
  { title: 'CPU of each process tree', unit: 'cores', what: ['cpu'], scale: 1, trees: true },
  { title: 'Memory (RSS)', unit: 'MiB', what: ['rss'], scale: 1 / 1_048_576, trees: true },
  { title: 'Event-loop delay, p99', unit: 'ms', what: ['loop-delay-p99'], scale: 1 / 1000 },
  { title: 'Event loop and GC', unit: '% of the time', what: ['loop-utilisation', 'gc'], scale: 100 },
  { title: 'Requests of each worker', unit: 'requests/s', what: ['requests'], scale: 1 },
  { title: 'Database pool', unit: 'connections', what: ['db-pool-used', 'db-pool-waiting'], scale: 1 },
  { title: 'Database connections', unit: 'connections', what: ['db-connections'], scale: 1 },
  { title: 'Queue depth', unit: 'tasks', what: ['queue-waiting', 'queue-active', 'queue-delayed'], scale: 1 },
  { title: 'Queue', unit: 'tasks/s', what: ['queue-enqueued', 'queue-done'], scale: 1 },
  { title: 'Machine', unit: '% of CPU time', what: ['busy', 'steal'], scale: 100 },
]

const WORDS: Partial<Record<Series['what'], string>> = {
  'loop-utilisation': 'busy',
  gc: 'GC',
  'db-pool-used': 'used',
  'db-pool-waiting': 'waiting',
  'queue-waiting': 'waiting',
  'queue-active': 'active',
  'queue-delayed': 'delayed',
  'queue-enqueued': 'enqueued',
  'queue-done': 'done',
  busy: 'busy',
  steal: 'stolen',
}

/** The quantities that were seen; one that a service does not have is absent. */
export function serverPanels(timeline: Timeline | undefined): Panel[] {
  if (timeline === undefined) return []
  return KINDS.flatMap((kind) => {
    const all = timeline.series.filter(
      ({ what, values }) => kind.what.includes(what) && values.some((value) => value !== null),
    )
    const trees = all.filter(({ of }) => !of.includes('/'))
    const series = kind.trees && trees.length > 0 ? trees : all
    if (series.length === 0) return []
    return [
      {
        title: kind.title,
        unit: kind.unit,
        lines: series.slice(0, MOST_LINES).map((one) => ({
          label: labelOf(one, kind),
          points: downSample(pointsOf(timeline.atSeconds, one.values, kind.scale), MOST_POINTS),
        })),
        left: Math.max(0, series.length - MOST_LINES),
      },
    ]
  })
}

function labelOf({ of, what }: Series, { what: kinds }: Kind): string {
  const word = WORDS[what] ?? what
  if (kinds.length === 1) return of
  return of === 'machine' || of === 'queue' ? word : `${of}, ${word}`
}

function pointsOf(at: readonly number[], values: Series['values'], scale: number): Point[] {
  return at.map((seconds, index) => {
    const value = values[index] ?? null
    return [toDecimals(seconds, 4), value === null ? null : toDecimals(value * scale, 4)]
  })
}
