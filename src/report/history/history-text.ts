import { CHANGE_POINT_DEFAULTS } from '../../stats/estimate/change-points.js'
import * as format from '../../words/format.js'
import { percentText } from '../../words/in-sentences.js'
import { rowName, slowdown } from '../gate/gate-text.js'
import { FEWEST_POINTS, type HistorySeries, type SeriesChange, type SeriesPoint } from './history-series.js'

export function groupTitle([first]: readonly HistorySeries[]): string {
  if (first === undefined) return ''
  const { base, level, points } = first
  const [oldest, newest] = [points[0], points.at(-1)].map((point) => point?.startedAt.slice(0, 10))
  return `Against ${base.name} (${base.commit.slice(0, 7)}), level ${level}: ${format.plural(points.length, 'gate')}, ${oldest} to ${newest}`
}

const LEVELS = [...'▁▂▃▄▅▆▇█']

/** So that noise of a few parts in a thousand looks like what it is: a sparkline spans at least 5 %. */
const LEAST_SPAN = Math.log(1.05)

/** A character a value, the highest at the top. */
export function sparkline(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = Math.max(high - low, LEAST_SPAN)
  const floor = (low + high - span) / 2
  return values
    .map((value) => LEVELS[Math.min(LEVELS.length - 1, Math.floor(((value - floor) / span) * LEVELS.length))])
    .join('')
}

/** `simple, throughput: +5.1 % since 2026-02-11 (abc1234), +0.2 % before (p 0.002)` for each change of a series. */
export function changeTexts(series: HistorySeries): string[] {
  return series.changes.map((change) => `${rowName(series)}: ${changeText(change, series.points[change.at])}`)
}

function changeText({ p, before, after, machineChanged }: SeriesChange, at: SeriesPoint | undefined): string {
  const machine = machineChanged ? '; the machine changed there too' : ''
  return `${slowdown(after)} since ${at?.startedAt.slice(0, 10)} (${headText(at)}), ${slowdown(before)} before (p ${p.toFixed(3)})${machine}`
}

/** The commit, or what was compared without one. */
export function headText(point: SeriesPoint | undefined): string {
  if (point === undefined) return ''
  const { name, commit, dirty } = point.head
  return commit === null ? name : `${commit.slice(0, 7)}${dirty ? ' with changes' : ''}`
}

export function noChangeText(all: readonly HistorySeries[]): string {
  const longest = Math.max(...all.map(({ points }) => points.length))
  return longest < FEWEST_POINTS
    ? `Change points are looked for from ${FEWEST_POINTS} gates on.`
    : `No change points (E-divisive, false alarm ≤ ${percentText(CHANGE_POINT_DEFAULTS.level)} a series).`
}
