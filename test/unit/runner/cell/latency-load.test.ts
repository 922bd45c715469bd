import { expect, it } from 'vitest'
import {
  latencyLoad,
  nothingDue,
  nothingDueText,
  withOwnRate,
} from '../../../../src/runner/cell/latency-phase.js'

const COMMON = {
  baseUrl: 'http://127.0.0.1:1',
  steps: [],
  variables: {},
  values: {},
  timeoutSeconds: 1,
  generators: 1,
  seed: 1,
}

it.each([
  ['a share of the capacity', 'steady', { share: 0.6 }, { rate: 600, share: 0.6 }],
  ['a given rate', 'steady', { rate: 250 }, { rate: 250, share: null }],
  ['the capacity itself', 'ramp', {}, { rate: 1_000, share: 1 }],
  ['a given rate, under a shape', 'ramp', { rate: 250 }, { rate: 250, share: null }],
] as const)('says what its rate is: %s', (_, profile, given, expected) => {
  const latency = {
    profile,
    arrival: 'uniform',
    rate: null,
    share: null,
    maxConnections: 8,
    ...given,
  } as const
  const settings = { latency, durationSeconds: 4, generators: 1 }
  expect(latencyLoad(settings, null, COMMON, 1_000)).toMatchObject(expected)
})

it('own stages say it by their unit', () => {
  const latency = {
    profile: 'stages',
    arrival: 'uniform',
    rate: null,
    share: null,
    maxConnections: 8,
  } as const
  const settings = { latency, durationSeconds: 4, generators: 1 }
  const stages = [{ seconds: 1, from: 1, to: 2 }]
  expect(latencyLoad(settings, { of: 'rate', stages }, COMMON, 1_000)).toMatchObject({ rate: 2, share: null })
  expect(latencyLoad(settings, { of: 'capacity', stages }, COMMON, 1_000)).toMatchObject({
    rate: 1_000,
    share: 1,
  })
})

it('takes the rate of an earlier repeat, with its share', () => {
  const latency = {
    profile: 'steady',
    arrival: 'uniform',
    rate: null,
    share: 0.6,
    maxConnections: 8,
  } as const
  const settings = { latency, durationSeconds: 4, generators: 1 }
  const load = latencyLoad(settings, null, COMMON, 1_000, { rate: 450, share: 0.3 })
  expect(load).toMatchObject({ rate: 450, share: 0.3 })
  expect(load?.plan.stages).toEqual([{ seconds: 4, from: 450, to: 450 }])
})

it('says where a schedule holds no request', () => {
  const stages = [{ seconds: 4, from: 0.02, to: 0.02 }]
  expect(nothingDue({ stages, arrival: 'uniform' })).toBe('nothing is due in 4 s at 0.02/s: make it longer')
  expect(nothingDue({ stages: [{ seconds: 4, from: 0.4, to: 0.4 }], arrival: 'uniform' })).toBeNull()
  // Only the draws tell.
  expect(nothingDue({ stages, arrival: 'poisson' })).toBeNull()
  expect(nothingDueText({ stages })).toContain('nothing is due in 4 s')
})

it("puts a scenario's own rate in place of a share", () => {
  const latency = {
    profile: 'steady',
    arrival: 'uniform',
    rate: null,
    share: 0.6,
    maxConnections: 8,
  } as const
  expect(withOwnRate({ latency }, 25).latency).toMatchObject({ rate: 25, share: null })
  expect(withOwnRate({ latency }, undefined).latency).toMatchObject({ rate: null, share: 0.6 })
  expect(withOwnRate({ latency: null }, 25).latency).toBeNull()
})
