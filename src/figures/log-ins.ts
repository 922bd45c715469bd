import type { CompletedOutcome } from '../model/run/outcome.js'
import type { LogIns, Sample } from '../model/run/sample.js'
import { logInsText } from '../stats/validity/log-ins.js'

/** Who logged in before the phases, in a line: `users logged in before the load, in no figure: capacity: 8 users, 0.3 s`. */
export function logInsOf(outcomes: readonly CompletedOutcome[]): string | null {
  const phases: readonly (readonly [name: string, samples: readonly Sample[]])[] = [
    ['capacity', outcomes.map(({ sample }) => sample)],
    ['latency', outcomes.flatMap(({ latency }) => latency?.sample ?? [])],
  ]
  const texts = phases.flatMap(([name, samples]) => {
    const text = logInsText(mostOf(samples.flatMap(({ logIns }) => logIns ?? [])))
    return text === null ? [] : [`${name}: ${text}`]
  })
  return texts.length === 0 ? null : `logged in before the load, in no figure: ${texts.join('; ')}`
}

/** Of the repeat with the most. */
function mostOf(all: readonly LogIns[]): LogIns | undefined {
  return all.reduce<LogIns | undefined>(
    (most, next) =>
      most === undefined || next.loggedIn + next.shared > most.loggedIn + most.shared ? next : most,
    undefined,
  )
}
