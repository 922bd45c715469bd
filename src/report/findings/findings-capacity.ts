import { evenness } from '../../figures/server-figures.js'
import type { CompletedOutcome } from '../../model/run/outcome.js'
import * as format from '../../words/format.js'
import { type CellView, type Detector, largest } from './findings-view.js'

/** Largest ÷ mean requests of a worker: beyond the first uneven, up to the second even. */
const UNEVEN = 1.5
const EVEN = 1.2
/** Requests per worker under which a skew is chance. */
const ENOUGH_REQUESTS = 100

/** What the closed loop shows: wrong answers, and how the workers share the load. */
export const CAPACITY_DETECTORS: readonly Detector[] = [
  {
    severity: 'red-flag',
    sentence: (where) => `Wrong data: answers with the right status had the wrong body (${where}).`,
    look: ({ capacity, open }) => {
      const samples = [...capacity, ...open].map(({ sample }) => sample)
      const wrong = samples.reduce((sum, { counts }) => sum + counts.badBody, 0)
      const sent = samples.reduce((sum, { counts }) => sum + counts.sent, 0)
      return wrong === 0 ? null : `${format.integer(wrong)} of ${format.integer(sent)} answers`
    },
  },
  {
    severity: 'warning',
    sentence: (where) => `Requests are unevenly spread over the workers (${where}).`,
    look: (view) => {
      const skewed = leastEven(view)
      if (skewed === null || skewed.skew < UNEVEN) return null
      return `${format.percent(skewed.topShare)} went to one of ${skewed.count} workers, ${format.ratio(skewed.skew)} its part`
    },
  },
  {
    severity: 'good',
    sentence: (where) => `Requests are evenly spread over the workers (${where}).`,
    look: (view) => {
      const skewed = leastEven(view)
      if (skewed === null || skewed.skew > EVEN) return null
      return `the busiest of ${skewed.count} workers served ${format.ratio(skewed.skew)} its part`
    },
  },
]

interface Skew {
  readonly skew: number
  readonly topShare: number
  readonly count: number
}

/** Over the repeats, of those in which every worker's count is known. */
function leastEven({ capacity }: CellView): Skew | null {
  return largest(capacity.flatMap(skewIn), ({ skew }) => skew)
}

function skewIn({ server: { workers } }: CompletedOutcome): Skew[] {
  const skew = evenness(workers)
  if (!workers || skew === null || workers.changed > 0) return []
  const total = workers.shares.reduce((sum, { requests }) => sum + requests, 0)
  const count = Math.max(workers.expected, workers.shares.length)
  if (total < count * ENOUGH_REQUESTS) return []
  return [{ skew, count, topShare: skew / count }]
}
