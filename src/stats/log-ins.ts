import type { LogIns, Sample } from '../model/sample.js'

const MOST_KINDS = 3

/**
 * Says who never got in, for people: `5 of 8 users never got past the step "log in": 8 × status 429`. Null where all did, or
 * nobody had to.
 */
export function lockedOutText({ logIns }: Pick<Sample, 'logIns'>): string | null {
  if (!logIns || logIns.loggedIn >= logIns.users) return null
  const { users, loggedIn, refused } = logIns
  const who =
    loggedIn === 0 ? `none of ${users} users got` : `${users - loggedIn} of ${users} users never got`
  const [worst] = refused
  if (!worst) return `${who} past their log-in`
  const kinds = refused
    .filter(({ step }) => step === worst.step)
    .slice(0, MOST_KINDS)
    .map(({ what, count }) => `${count.toLocaleString('en')} × ${what}`)
  return `${who} past the step ${JSON.stringify(worst.step)}: ${kinds.join(', ')}`
}

/** The same with what helps, where not one got in, so that there was no load; else null. */
export function nobodyIn(sample: Pick<Sample, 'logIns'>): string | null {
  return sample.logIns?.loggedIn === 0 ? `${lockedOutText(sample)}; ${LOCKED_OUT_HINT}` : null
}

/** What helps those who are locked out by a limit. */
export const LOCKED_OUT_HINT = 'log in once in `setup`, or with fewer --connections'

/** `12 users logged in, 1.3 s, before the load; 3 more shared their log-ins`; null where nobody had to. */
export function logInsText(logIns: LogIns | undefined): string | null {
  if (!logIns || logIns.seconds === 0 || logIns.loggedIn === 0) return null
  const { loggedIn, seconds, shared } = logIns
  const who = `${loggedIn.toLocaleString('en')} ${loggedIn === 1 ? 'user' : 'users'} logged in, ${seconds.toFixed(1)} s, before the load`
  return shared === 0
    ? who
    : `${who}; ${shared.toLocaleString('en')} more were needed and shared their log-ins`
}
