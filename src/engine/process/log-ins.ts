import type { LogIns } from '../../model/run/sample.js'
import type { StuckOn } from '../steps/step-sequence.js'
import type { LogInTally } from './generator-messages.js'

/**
 * What is told of one generator's users: those who were let in before the load, and those who in the load never got past a
 * step that others wait for.
 * @param entered null where no step is marked `first`
 * @param all who sent requests, each with what it was stuck on
 */
export function logInTally(
  entered: Omit<LogInTally, 'shared'> | null,
  all: readonly { readonly stuckOn: StuckOn | null }[],
  shared = 0,
): LogInTally {
  const stuck = all.flatMap(({ stuckOn }) => (stuckOn ? [{ ...stuckOn, count: 1 }] : []))
  const none = { users: all.length, loggedIn: all.length, seconds: 0, refused: [] }
  const { users, loggedIn, seconds, refused } = entered ?? none
  return { users, loggedIn: loggedIn - stuck.length, seconds, shared, refused: [...refused, ...stuck] }
}

/** The users of all generators; undefined where nobody had to log in. @param names of the steps, by their numbers */
export function mergeLogIns(tallies: readonly LogInTally[], names: readonly string[]): LogIns | undefined {
  if (tallies.every((one) => one.seconds === 0 && one.refused.length === 0)) return undefined
  const sum = (key: 'users' | 'loggedIn' | 'shared') => tallies.reduce((total, one) => total + one[key], 0)
  const refused = new Map<string, LogIns['refused'][number]>()
  for (const { step, what, count } of tallies.flatMap((one) => one.refused)) {
    const key = `${step} ${what}`
    const before = refused.get(key)?.count ?? 0
    refused.set(key, { step: names[step] ?? '', what, count: before + count })
  }
  return {
    users: sum('users'),
    loggedIn: sum('loggedIn'),
    seconds: Math.max(...tallies.map(({ seconds }) => seconds)),
    shared: sum('shared'),
    refused: [...refused.values()].sort((a, b) => b.count - a.count),
  }
}
