import { expect, it } from 'vitest'
import { createFake } from '../../../../src/engine/fake.js'
import { warmUpService } from '../../../../src/runner/cell/warm-up.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const [level] = makeRun({
  cells: [{ level: '1', scenario: 's', throughput: 1 }],
  levels: [{ key: '1', workers: 4 }],
}).levels
const ref = { level: level!, scenario: 's', repeat: 1, index: 1, of: 1 }
const plan = {
  ...{ baseUrl: 'http://127.0.0.1:1', steps: [{ path: '/' }], variables: {}, values: {} },
  ...{ timeoutSeconds: 1, generators: 1, seed: 1, connections: 2 },
}

/** What is done to the quota and how long each warm-up lasts at least, in order. */
async function warmUp(affinity: { generator: number[]; service: number[] } | null) {
  const log: (string | number)[] = []
  const quota = {
    cores: 0.4,
    lift: () => {
      log.push('lift')
    },
    renew: () => {
      log.push('renew')
      return null
    },
  }
  const context = {
    ...{ engine: createFake(), settings: { warmupSeconds: 5, affinity }, leaseEnv: {} },
    events: {
      onPhase: (_: unknown, __: unknown, seconds: number) => {
        log.push(seconds)
      },
    },
  }
  await warmUpService(plan, ref, context, new AbortController().signal, quota)
  return log
}

it('gives each worker at full speed what one alone would have got, then goes on with the quota', async () => {
  expect(await warmUp({ generator: [0], service: [1] })).toEqual([
    'lift',
    10,
    'renew',
    2.5,
    'lift',
    10,
    'renew',
    5,
  ])
  expect(await warmUp({ generator: [0], service: [1, 2] })).toEqual([
    'lift',
    5,
    'renew',
    2.5,
    'lift',
    5,
    'renew',
    5,
  ])
  expect(await warmUp({ generator: [0], service: [1, 2, 3, 4, 5, 6] })).toEqual([
    'lift',
    2.5,
    'renew',
    2.5,
    'lift',
    2.5,
    'renew',
    5,
  ])
})
