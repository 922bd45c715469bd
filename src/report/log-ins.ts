import type { CompletedOutcome } from '../model/outcome.js'
import type { LogIns, Sample } from '../model/sample.js'
import { logInsText } from '../stats/log-ins.js'

/** `capacity: 8 users logged in, 0.3 s, before the load`: a line for each phase before which somebody did. */
export function logInsOf(outcomes: readonly CompletedOutcome[]): string[] {
  const phases: readonly (readonly [name: string, samples: readonly Sample[]])[] = [
    ['capacity', outcomes.map(({ sample }) => sample)],
    ['latency', outcomes.flatMap(({ latency }) => latency?.sample ?? [])],
  ]
  return phases.flatMap(([name, samples]) => {
    const text = logInsText(mostOf(samples.flatMap(({ logIns }) => logIns ?? [])))
    return text === null ? [] : [`${name}: ${text}`]
  })
}

/** Of the repeat with the most. */
function mostOf(all: readonly LogIns[]): LogIns | undefined {
  return all.reduce<LogIns | undefined>(
    (most, next) =>
      most === undefined || next.loggedIn + next.shared > most.loggedIn + most.shared ? next : most,
    undefined,
  )
}
