import type { LogIns, Sample } from '../../model/run/sample.js'
import { plural } from '../../words/format.js'
import { refusingStatus } from './refusals.js'

const MOST_KINDS = 3

/** What helps where a service limits log-ins. */
const HINT = 'log in once in `setup`, or with fewer --connections'

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

/** The same, with what helps. */
export function lockedOutAdvice(sample: Pick<Sample, 'logIns'>): string | null {
  const text = lockedOutText(sample)
  const isLimited = sample.logIns?.refused.some(({ what }) => refusingStatus(what)) ?? false
  return text !== null && isLimited ? `${text}; ${HINT}` : text
}

/** The same where not one got in, so that there was no load; else null. */
export function nobodyIn(sample: Pick<Sample, 'logIns'>): string | null {
  return sample.logIns?.loggedIn === 0 ? lockedOutAdvice(sample) : null
}

/** `12 users, 1.3 s, and 3 more who shared their log-ins`; null where nobody logged in before the load. */
export function logInsText(logIns: LogIns | undefined): string | null {
  if (!logIns || logIns.seconds === 0 || logIns.loggedIn === 0) return null
  const { loggedIn, seconds, shared } = logIns
  const who = `${plural(loggedIn, 'user')}, ${seconds.toFixed(1)} s`
  return shared === 0 ? who : `${who}, and ${shared.toLocaleString('en')} more who shared their log-ins`
}
