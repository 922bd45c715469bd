import { PLAIN } from '../model/studies/plain-figures.js'
import * as format from '../words/format.js'
import type { CellFigures, MeasuredFigures } from './cell-figures.js'
import { maxWords, type Percentile, percentileText, requestsText } from './latency.js'
import { type LevelRef, levelText } from './level-ref.js'
import { loadWords, rateText } from './phase-figures.js'
import type { SpeedUp } from './speed-up.js'
import { trendMark } from './validity-text.js'

/** A figure of a cell as tables show it; a page has room for more than the text. */
export interface FigureText {
  readonly text: string
  /** In place of `text` where there is little room. */
  readonly short?: string
  /** In place of `text` where all stands in one line. */
  readonly line?: string
  /** Behind the text. */
  readonly mark?: string | null
  readonly range?: readonly [low: string, high: string] | null
  /** Below it. */
  readonly notes?: readonly string[]
  readonly remark?: string | null
  readonly tone?: 'bad' | 'off' | 'load'
  readonly isMain?: boolean
}

/** A figure of each cell of a run: its column in the terminal, in Markdown and on the page, where it has one. */
export interface ShownFigure {
  readonly key: string
  readonly heads: {
    readonly terminal?: { readonly head: string; readonly spare?: number }
    readonly markdown?: string
    readonly page: readonly [head: string, unit: string]
  }
  readonly isText?: boolean
  /** Of the open loop. */
  readonly isLatency?: boolean
  /** @param lowest the lowest level of all that are shown */
  readonly shown: (row: Row, lowest: LevelRef | null) => FigureText
}

type Row = Pick<CellFigures, 'level'> & {
  readonly measured: MeasuredFigures
  readonly speedup?: SpeedUp | null
}

const THROUGHPUT: ShownFigure = {
  key: 'throughput',
  heads: { terminal: { head: 'req/s' }, markdown: 'Requests/s', page: ['Throughput', 'requests/s'] },
  shown: ({ measured: { throughput, repeats, validity } }) => ({
    text: `${format.rate(throughput.value)}${trendMark(validity)}`,
    range: repeats.length > 1 ? [format.rate(throughput.min), format.rate(throughput.max)] : null,
    isMain: true,
  }),
}

const SPEED_UP: ShownFigure = {
  key: 'speedup',
  heads: { markdown: 'Speed-up', page: ['Speed-up', '× lowest level'] },
  shown: ({ speedup }, lowest) => {
    if (!speedup) return { text: '–' }
    const { value, range, base, sameRun } = speedup
    return {
      text: format.ratio(value),
      mark: sameRun ? null : ' †',
      range: range && [format.ratio(range.low), format.ratio(range.high)],
      notes: base.id === lowest?.id ? [] : [`of ${levelText(base)}`],
      isMain: true,
    }
  },
}

const LATENCY_AT: ShownFigure = {
  key: 'latency-at',
  heads: {
    terminal: { head: 'at /s', spare: 3 },
    markdown: 'Latency at',
    page: ['Latency at', 'requests/s'],
  },
  isText: true,
  isLatency: true,
  shown: ({ measured: { latency, latencyNote, phases } }) => {
    const shown = { remark: latencyNote, tone: 'load' as const }
    if (latency === null) {
      const why = phases.length === 0 ? 'not measured' : 'unlike loads'
      return { ...shown, text: '–', line: `– (${why})` }
    }
    const { rate, latency: times } = latency
    const basis = times === null ? [] : [times.p99Us === null ? maxWords(times) : requestsText(times)]
    const notes = [loadWords(latency), ...basis]
    const text = rateText(rate)
    // There is no room for a range: the middle of the repeats' rates, marked as such.
    const short = text.includes('–') ? `≈${format.rate((rate.min + rate.max) / 2)}` : text
    return { ...shown, text, short, line: [`${text}/s`, ...notes].join(', '), notes }
  },
}

const ERRORS: ShownFigure = {
  key: 'errors',
  heads: { terminal: { head: 'errors', spare: 4 }, markdown: 'Errors', page: ['Errors', 'of all requests'] },
  shown: ({ measured: { failed } }) => {
    if (failed.count === 0) return { text: format.integer(0) }
    const share = format.percent(failed.of === 0 ? null : failed.count / failed.of)
    return { text: format.integer(failed.count), notes: [share], tone: 'bad' }
  },
}

/** Every figure of a cell, in the order of its columns. */
export const SHOWN_FIGURES: readonly ShownFigure[] = [
  THROUGHPUT,
  SPEED_UP,
  LATENCY_AT,
  percentileFigure(50, { head: 'p50 ms', spare: 2 }),
  percentileFigure(95),
  percentileFigure(99, { head: 'p99 ms' }),
  ERRORS,
  ...PLAIN.map(
    ({ key, heads, text }): ShownFigure => ({
      key,
      heads,
      shown: ({ measured }) => ({ text: text(measured[key]) }),
    }),
  ),
]

function percentileFigure(percentile: Percentile, terminal?: ShownFigure['heads']['terminal']): ShownFigure {
  const name = `p${percentile}`
  return {
    key: name,
    heads: { markdown: `${name} ms`, page: [name, 'ms'], ...(terminal && { terminal }) },
    isLatency: true,
    shown: ({ measured: { latency } }) => ({
      text: percentileText(latency?.latency ?? null, percentile),
      ...(latency !== null && latency.validity.state !== 'valid' && { tone: 'off' as const }),
    }),
  }
}
