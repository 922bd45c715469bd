import type { Sample } from '../../../../src/model/run/sample.js'
import { createHistogram, encodeHistogram, record } from '../../../../src/stats/estimate/histogram.js'

/** A flawless sample: 1,000 answers of 1 to 1,000 ms in 2 s. */
export function sampleOf(changes: Partial<Sample> = {}): Sample {
  const histogram = createHistogram()
  for (let ms = 1; ms <= 1_000; ms++) record(histogram, ms * 1_000)
  return {
    engine: 'closed-loop',
    durationUs: 2e6,
    counts: {
      sent: 1_000,
      ok: 1_000,
      badStatus: 0,
      badBody: 0,
      timeout: 0,
      connectionError: 0,
      unfinished: 0,
    },
    statuses: { 200: 1_000 },
    errors: [],
    bytesReceived: 1,
    histogram: encodeHistogram(histogram),
    censored: 0,
    intervals: [],
    steps: [],
    generator: { processes: 1, cpuShare: 0.5, loopDelayP99Us: 1_000 },
    ...changes,
  }
}

/** Seconds with so many answers each. */
export function secondsOf(oks: readonly number[], p99Us = 2_000): Sample['intervals'] {
  return oks.map((ok, atSeconds) => ({
    atSeconds,
    seconds: 1,
    ok,
    errors: 0,
    p50Us: ok > 0 ? 1_000 : null,
    p99Us: ok > 0 ? p99Us : null,
  }))
}

/** A sample that lasted so many seconds, with so many answers in each; its counts are empty. */
export function sampleBySecond(oks: readonly number[], p99Us = 2_000): Sample {
  const counts = { sent: 0, ok: 0, badStatus: 0, badBody: 0, timeout: 0, connectionError: 0, unfinished: 0 }
  return sampleOf({ durationUs: oks.length * 1e6, counts, intervals: secondsOf(oks, p99Us) })
}
