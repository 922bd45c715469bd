import { workerCpusText } from '../../figures/comparable.js'
import type { CapacityResult, CapacityVerdict, Probe } from '../../model/studies/capacity.js'
import { tellable, timedRequests } from '../../stats/validity/enough.js'
import * as format from '../../words/format.js'

/** One line for a probe that has just ended. */
export function probeLine(probe: Probe): string {
  const p99 = timesOf(probe)?.p99Us ?? null
  return `${probe.index}. ${format.rate(probe.rate)}/s: ${resultOf(probe)}${p99 === null ? '' : `, p99 ${format.latency(p99)} ms`}`
}

/** Of a result that an older rungs wrote, too, only what its requests tell. */
export function timesOf({ phase }: Probe) {
  return phase && tellable(phase.latency, timedRequests(phase.sample))
}

export function resultOf({ outcome, distance, why }: Probe): string {
  const near = distance === 'near' ? ' (near the limit)' : ''
  return `${outcome}${near}${why[0] === undefined ? '' : `: ${why[0]}`}`
}

/** `level 0 (single), db-read`. */
export function capacityName({ level, scenario }: CapacityResult): string {
  return `${level.number === null ? level.source : `level ${level.key} (${level.name})`}, ${scenario.name}`
}

/** The answer, the knee and the cost, a sentence each. */
export function capacityLines(result: CapacityResult): string[] {
  const { slo, verdict, knee, probes, search } = result
  const cost = `${format.plural(probes.length, 'probe')}, ${Math.round(probes.reduce((sum, { seconds }) => sum + seconds, 0))} s of load.`
  const turn =
    knee === null
      ? []
      : [
          `Knee of the latency curve: about ${format.rate(knee.rate)}/s (between ${format.rate(knee.low)} and ${format.rate(knee.high)}/s), where rate ÷ mean latency is greatest (mean ${format.milliseconds(knee.meanUs)} ms).`,
        ]
  const answer =
    verdict === null ? 'no verdict: the search did not end' : verdictWords(verdict, search.highest)
  const each = result.settings.workerCpus ? [`Each worker had ${workerCpusText(result.settings)}.`] : []
  return [`${capacityName(result)}, ${slo.join(', ')}: ${answer}.`, ...turn, ...each, cost]
}

function verdictWords({ state, low, high, reason }: CapacityVerdict, highest: number): string {
  const rates = { low: low === null ? 'nothing' : `${format.rate(low)}/s`, high: `${format.rate(high)}/s` }
  const interval = high === null ? `at least ${rates.low}` : `${rates.low} held and ${rates.high} did not`
  switch (state) {
    case 'found':
      return `capacity ${low === null || high === null ? interval : `${format.rate(low)} to ${format.rate(high)}/s`} (${rates.low} ${reason}; ${rates.high} failed)`
    case 'beyond':
      return `capacity of ${format.rate(highest)}/s or more: ${reason}`
    case 'doomed':
      return `doomed: ${reason} (${rates.high})`
    case 'unsteady':
      return `no verdict, the service is unsteady: ${reason}; beyond doubt is only that ${interval}`
    case 'unmeasured':
      return `no verdict: ${interval}, but ${reason}`
    case 'unanswered':
      return `no verdict: ${reason}`
    case 'unconfirmed':
      return `no verdict: ${reason}; ${interval}`
  }
}
