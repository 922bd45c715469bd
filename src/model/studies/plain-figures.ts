import * as format from '../../words/format.js'

/** A number of each cell's capacity phase, and how every table, file and metric shows it. */
export interface PlainFigure {
  readonly heads: {
    /** Of a run's table in a terminal; `spare`: how soon it is left out where there is no room (see `TextColumn`). */
    readonly terminal?: { readonly head: string; readonly spare: number }
    readonly markdown?: string
    readonly page: readonly [head: string, unit: string]
    /** Of a ladder's table. */
    readonly ladder: { readonly terminal: string; readonly page: string }
  }
  readonly text: (value: number | null) => string
  readonly csv: string
  /** Of Prometheus, in its base units: the value times `scale`. */
  readonly metric: { readonly name: string; readonly help: string; readonly scale: number }
}

/** To add a figure of each cell: a row here, and its measurement in `figures/cell-figures.ts`. */
export const PLAIN_FIGURES = {
  cpuPerRequestUs: {
    heads: {
      terminal: { head: 'µs/req', spare: 1 },
      markdown: 'CPU µs/request',
      page: ['CPU', 'µs/request'],
      ladder: { terminal: 'µs/req', page: 'CPU, µs' },
    },
    text: format.cpuMicroseconds,
    csv: 'cpu_us_per_request',
    metric: {
      name: 'rungs_cpu_seconds_per_request',
      help: "CPU time of the level's own processes for each request answered as expected, at full load.",
      scale: 1e-6,
    },
  },
  rssPeakBytes: {
    heads: { page: ['Memory', 'peak RSS'], ladder: { terminal: 'memory', page: 'Memory' } },
    text: format.bytes,
    csv: 'rss_peak_bytes',
    metric: {
      name: 'rungs_resident_memory_peak_bytes',
      help: "Most resident memory of the level's own processes.",
      scale: 1,
    },
  },
} as const satisfies Readonly<Record<string, PlainFigure>>

export type PlainKey = keyof typeof PLAIN_FIGURES
/** Null where it is not known. */
export type PlainValues = Readonly<Record<PlainKey, number | null>>

const PLAIN_KEYS = Object.keys(PLAIN_FIGURES) as readonly PlainKey[]

/** Rows of the list, the key with each. */
export const PLAIN: readonly (PlainFigure & { readonly key: PlainKey })[] = PLAIN_KEYS.map((key) => ({
  key,
  ...PLAIN_FIGURES[key],
}))

/** A value for each plain figure. */
export function eachPlain<T>(give: (key: PlainKey) => T): Record<PlainKey, T> {
  return Object.fromEntries(PLAIN_KEYS.map((key) => [key, give(key)])) as Record<PlainKey, T>
}
