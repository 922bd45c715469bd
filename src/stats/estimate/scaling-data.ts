/** Throughput at a number of workers, nodes or connections. */
export interface ScalingPoint {
  readonly n: number
  /** Per second. */
  readonly throughput: number
}

/** From the smallest number measured to the largest; over less than this, no law can be told from noise. */
const LEAST_SCALE = 2

/**
 * Why no scaling law can be fitted to these points, in one line; null where one can.
 * @param parameters that the law has: so many different numbers are needed, and one measurement more
 */
export function refusalOf(points: readonly ScalingPoint[], parameters: number): string | null {
  const broken = points.find(
    ({ n, throughput }) => !(Number.isFinite(n) && n >= 1 && Number.isFinite(throughput) && throughput > 0),
  )
  if (broken) {
    return `${broken.throughput}/s at ${broken.n}: numbers must be 1 or more, and throughput above 0`
  }
  const numbers = [...new Set(points.map(({ n }) => n))].sort((a, b) => a - b)
  if (numbers.length < parameters || points.length <= parameters) {
    return `too few points: ${points.length} at ${numbers.length} different numbers; ${parameters + 1} at ${parameters} or more are needed`
  }
  const [smallest = 1, largest = 1] = [numbers[0], numbers.at(-1)]
  if (largest / smallest < LEAST_SCALE) {
    return `no scale: numbers from ${smallest} to ${largest} are too close to each other; measure up to ${LEAST_SCALE * smallest} or more`
  }
  const best = points.reduce((a, b) => (b.throughput > a.throughput ? b : a))
  if (best.n === smallest) {
    return `throughput falls from the first step on: it is highest at ${smallest}, so there is no speed-up to describe`
  }
  return null
}
