import type { Claim } from '../../src/model/define.js'
import { servesOnEightCores } from '../parts.js'

const speedUp = (what: string, scenario: string, workers: number, atLeast: number): Claim => ({
  text: `${workers} workers serve ${atLeast}× as many ${what} requests as one`,
  figure: { kind: 'speed-up', workers, scenario },
  bound: { atLeast },
  cores: workers,
})

export const claims = [
  speedUp('simple', 'simple', 4, 3.5),
  speedUp('simple', 'simple', 8, 6.5),
  speedUp('database', 'db-read', 4, 3.6),
  speedUp('database', 'db-read', 8, 6.4),
  speedUp('auth', 'auth-me', 4, 3.7),
  speedUp('auth', 'auth-me', 8, 6.7),
  servesOnEightCores(1, 10_000),
]
