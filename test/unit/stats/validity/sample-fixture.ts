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
