import type { LatencyPhase } from '../../model/run/outcome.js'
import * as format from '../../words/format.js'
import type { Detector } from './findings-view.js'

/** From this share of the time on, a pause meets one request in 100: as it is to be sent, or as it is answered. */
const SHARE = 0.005
/** Pauses that are a smaller part of p99 than this do not make it. */
const PART_OF_P99 = 0.25

/** What the machine itself did while a load went on. */
export const MACHINE_DETECTORS: readonly Detector[] = [
  {
    severity: 'note',
    sentence: (where) =>
      `The machine itself stood still again and again, which p99 and what lies beyond contain (${where}).`,
    look: ({ open }) => {
      for (const phase of open) {
        const evidence = standstill(phase)
        if (evidence !== null) return evidence
      }
      return null
    },
  },
]

function standstill({ sample, latency }: LatencyPhase): string | null {
  const lengths = (sample.open?.pauses ?? []).map(([, lengthUs]) => lengthUs)
  const share = lengths.reduce((sum, length) => sum + length, 0) / sample.durationUs
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  if (share < SHARE || latency.p99Us === null || longest < PART_OF_P99 * latency.p99Us) return null
  return `the generator, awake on its core, was held up ${format.plural(lengths.length, 'time')}, for ${format.percent(share)} of the time and up to ${format.milliseconds(longest)} ms; p99 ${format.milliseconds(latency.p99Us)} ms`
}
