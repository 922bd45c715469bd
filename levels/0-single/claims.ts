import type { Claim } from '../../src/model/define.js'

const oneWorker = (what: string, scenario: string, atLeast: number): Claim => ({
  text: `one worker serves ${atLeast.toLocaleString('en')} ${what} requests/s`,
  figure: { kind: 'capacity', workers: 1, scenario },
  bound: { atLeast },
})

/** What the scaling guides say of a service of theirs on 8 cores; so are the claims of the other levels. */
export const claims = [
  oneWorker('simple', 'simple', 1_000),
  oneWorker('database', 'db-read', 500),
  oneWorker('auth', 'auth-me', 300),
]
