import type { Summary, Validity } from '../../model/run/outcome.js'
import type { Sample } from '../../model/run/sample.js'
import { plural } from '../../words/format.js'
import { grouped, seconds } from '../../words/in-sentences.js'
import { answeredLater, silentFromSecond } from './silence.js'
import { trendOf } from './trend.js'
import { judge, type Surroundings } from './validity.js'

/** A rate from so many answers is known to within a tenth at best: where the last one falls is chance. */
export const LEAST_ANSWERS = 10

/** Whether a conclusion may be drawn from a capacity: `judge`, and whether it is of enough answers, and of one speed. */
export function judgeCapacity(
  sample: Sample,
  summary: Summary,
  server: Surroundings | null,
  connections: number,
): Validity {
  const verdict = judge(sample, summary, server, connections)
  if (sample.engine === 'fake') return verdict
  const enough = tooFew(verdict, sample)
  return stalled(enough, sample) ?? unsteady(enough, sample)
}

function tooFew(validity: Validity, { counts, durationUs }: Sample): Validity {
  if (counts.ok === 0 || counts.ok >= LEAST_ANSWERS) return validity
  return worse(
    validity,
    'no-data',
    `${plural(counts.ok, 'answer')} in ${seconds(durationUs)} are too few for a rate (at least ${LEAST_ANSWERS}): make it longer`,
  )
}

/** Its answers came when the load was over: the mean holds a stretch in which it served, and one in which it did not. */
function stalled(validity: Validity, sample: Sample): Validity | null {
  const from = silentFromSecond(sample)
  if (from === null || !answeredLater(sample, from)) return null
  const text = `no answer from ${from.toFixed(1)} s to the end at ${seconds(sample.durationUs)}; the rest came later: measure longer`
  return worse(validity, 'unsteady', text)
}

function unsteady(validity: Validity, { intervals }: Sample): Validity {
  const trend = trendOf(intervals)
  if (trend === null) return validity
  const { direction, from, to } = trend
  const text = `still ${direction}: from ${grouped(from)} to ${grouped(to)} answers/s (first and last third): warm up longer, or measure longer`
  return { ...worse(validity, 'unsteady', text), trend: direction }
}

/** With a further problem, which is less grave than those that it has. */
export function worse(
  validity: Validity,
  state: Exclude<Validity['state'], 'valid'>,
  evidence: string,
): Validity {
  if (validity.state === 'valid') return { state, evidence: [evidence] }
  return { ...validity, evidence: [...validity.evidence, evidence] }
}
