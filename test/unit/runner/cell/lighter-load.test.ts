import { describe, expect, it } from 'vitest'
import type { LatencyPhase, Outcome, Validity } from '../../../../src/model/run/outcome.js'
import type { LatencyLoad } from '../../../../src/runner/cell/latency-phase.js'
import { lighterLoad, measureKeepingUp } from '../../../../src/runner/cell/lighter-load.js'
import { latencyPhase } from '../../../helpers/latency-fixture.js'

function loadOf(change: Partial<LatencyLoad> = {}): LatencyLoad {
  return {
    profile: 'steady',
    rate: 5_900,
    share: 0.6,
    plan: {
      baseUrl: 'http://127.0.0.1:1',
      steps: [{ path: '/' }],
      variables: {},
      values: {},
      timeoutSeconds: 1,
      generators: 1,
      seed: 1,
      arrival: 'uniform',
      maxConnections: 8,
      leadInSeconds: 0,
      stages: [{ seconds: 10, from: 5_900, to: 5_900 }],
    },
    ...change,
  }
}

const phaseWith = (state: Validity['state']): LatencyPhase =>
  latencyPhase({ validity: { state, evidence: state === 'valid' ? [] : ['late'] } })
const late = phaseWith('generator-bound')
const busy = phaseWith('machine-busy')

describe('lighterLoad', () => {
  it('is none where others keep the machine busy, and half where the load itself does', () => {
    const others = { ...busy, server: { ...busy.server, othersShare: 0.5 } }
    expect(lighterLoad(loadOf(), others, 0)).toBeNull()
    expect(lighterLoad(loadOf(), busy, 0)?.rate).toBe(2_950)
  })

  it('is half of a rate that the generator cannot keep, share and schedule with it', () => {
    const load = loadOf()
    expect(lighterLoad(load, late, 0)).toEqual({
      ...load,
      rate: 2_950,
      share: 0.3,
      plan: { ...load.plan, stages: [{ seconds: 10, from: 2_950, to: 2_950 }] },
    })
  })

  it('is none after two halvings', () => {
    expect(lighterLoad(loadOf(), late, 1)).not.toBeNull()
    expect(lighterLoad(loadOf(), late, 2)).toBeNull()
  })

  it('is none for a rate that was asked for, nor for a shape', () => {
    expect(lighterLoad(loadOf({ share: null }), late, 0)).toBeNull()
    for (const profile of ['ramp', 'spike', 'stress', 'soak', 'stages'] as const) {
      expect(lighterLoad(loadOf({ profile }), late, 0), profile).toBeNull()
    }
  })

  it.each(['valid', 'noisy', 'unreconciled', 'no-data'] as const)(
    'is none where the phase is %s',
    (state) => {
      expect(lighterLoad(loadOf(), phaseWith(state), 0)).toBeNull()
    },
  )
})

type FailedOutcome = Extract<Outcome, { state: 'failed' }>

describe('measureKeepingUp', () => {
  async function measured(meant: LatencyLoad, ...results: (LatencyPhase | FailedOutcome)[]) {
    const rates: number[] = []
    const warnings: string[] = []
    const result = await measureKeepingUp(
      meant,
      async ({ rate }) => {
        rates.push(rate)
        return results[rates.length - 1]!
      },
      (text) => warnings.push(text),
    )
    return { result, rates, warnings }
  }

  it('leaves alone what the generator keeps up with', async () => {
    const good = phaseWith('valid')
    expect(await measured(loadOf(), good)).toEqual({ result: good, rates: [5_900], warnings: [] })
  })

  it('warns once of the rate that gave way, in words', async () => {
    const good = phaseWith('valid')
    const { result, rates, warnings } = await measured(loadOf(), late, late, good)
    expect(result).toBe(good)
    expect(rates).toEqual([5_900, 2_950, 1_475])
    expect(warnings).toEqual([
      'latency was measured at 1,475 requests/s (15 % of the capacity) instead of 5,900 requests/s (60 % of the capacity): the load generator could not send more on time; more CPU or --generators may let it',
    ])
  })

  it('gives up after two halvings, with the phase as it is', async () => {
    const { result, rates, warnings } = await measured(loadOf(), late, late, late)
    expect([result, rates.length, warnings.length]).toEqual([late, 3, 1])
  })

  it('does not give way with a rate that was asked for', async () => {
    const { result, rates, warnings } = await measured(loadOf({ share: null }), late)
    expect([result, rates, warnings]).toEqual([late, [5_900], []])
  })

  it('ends with a service that died, and still tells of the rate', async () => {
    const failed: Outcome = { state: 'failed', stage: 'latency', error: 'x', log: [], sample: null }
    const { result, rates } = await measured(loadOf(), late, failed)
    expect([result, rates.length]).toEqual([failed, 2])
  })
})
