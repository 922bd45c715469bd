/** Upper bounds in seconds, from a fast answer to a hopeless one. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface StatusSeries {
  readonly status: number
  count: number
  sumSeconds: number
  /** Observations per bucket, not cumulative; the last is for what is above every bound. */
  readonly buckets: number[]
}

/** Duration and number of a route's answers by status. Counting is two array writes: it happens in every request. */
export class RouteSeries {
  readonly method: string
  readonly route: string
  /** Whether its answers count as requests served. */
  readonly counted: boolean
  readonly #byStatus = new Map<number, StatusSeries>()
  #last: StatusSeries | null = null

  constructor(method: string, route: string, counted: boolean) {
    this.method = method
    this.route = route
    this.counted = counted
  }

  observe(status: number, milliseconds: number): void {
    const series = this.#last?.status === status ? this.#last : this.#select(status)
    const seconds = milliseconds / 1000
    series.count++
    series.sumSeconds += seconds
    let bucket = 0
    while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] ?? 0)) bucket++
    series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1
  }

  /** As prom-client wants the values of a histogram. */
  values(name: string): { metricName: string; labels: Record<string, string | number>; value: number }[] {
    return [...this.#byStatus.values()].flatMap((series) => {
      const labels = { method: this.method, route: this.route, status: series.status }
      let below = 0
      const buckets = [...BUCKETS, '+Inf'].map((le, index) => {
        below += series.buckets[index] ?? 0
        return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below }
      })
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: series.sumSeconds },
        { metricName: `${name}_count`, labels, value: series.count },
      ]
    })
  }

  #select(status: number): StatusSeries {
    let series = this.#byStatus.get(status)
    if (series === undefined) {
      series = { status, count: 0, sumSeconds: 0, buckets: new Array(BUCKETS.length + 1).fill(0) }
      this.#byStatus.set(status, series)
    }
    this.#last = series
    return series
  }
}
