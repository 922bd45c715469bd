import type { Claim } from '../../src/model/define.js'

export const claims: Claim[] = [
  {
    text: 'level 3 accepts 1,000 tasks/s',
    figure: { kind: 'capacity', scenario: 'tasks' },
    bound: { atLeast: 1_000 },
  },
  {
    text: 'level 3 answers an enqueue within 100 ms (p99)',
    figure: { kind: 'answer', scenario: 'tasks' },
    bound: { atMost: 100 },
  },
  {
    text: 'level 3 holds 1,000 tasks at once',
    figure: { kind: 'queued', scenario: 'tasks' },
    bound: { atLeast: 1_000 },
  },
]
