/** A point of a line; without a value the line has a gap. */
export type Point = readonly [x: number, y: number | null]

/**
 * About `limit` points at most, of which a stretch keeps its lowest and its highest: a spike that a drawing could show
 * is never lost.
 */
export function downSample(points: readonly Point[], limit: number): readonly Point[] {
  if (points.length <= limit) return points
  const size = Math.ceil(points.length / Math.max(1, Math.floor(limit / 2)))
  const kept: Point[] = []
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size)
    const [low, high] = extremesOf(stretch)
    if (low === undefined || high === undefined) kept.push([stretch[0]?.[0] ?? 0, null])
    else if (low === high) kept.push(low)
    else kept.push(...(low[0] < high[0] ? [low, high] : [high, low]))
  }
  return kept
}

function extremesOf(points: readonly Point[]): [low: Point | undefined, high: Point | undefined] {
  let low: Point | undefined
  let high: Point | undefined
  for (const point of points) {
    if (point[1] === null) continue
    if (low === undefined || point[1] < (low[1] ?? 0)) low = point
    if (high === undefined || point[1] > (high[1] ?? 0)) high = point
  }
  return [low, high]
}
