import type { Claim } from '../../src/model/define.js'
import { servesOnEightCores, spreadsEvenly } from '../parts.js'

export const claims: Claim[] = [
  servesOnEightCores(4, 100_000),
  {
    text: 'level 4 serves 90 % of nodes × level 2',
    figure: { kind: 'share', of: 2, scenario: 'simple' },
    bound: { atLeast: 0.9 },
  },
  spreadsEvenly(4, 'nodes'),
]
