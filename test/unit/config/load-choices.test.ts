import { describe, expect, it } from 'vitest'
import { latencyOf } from '../../../src/config/latency-load.js'
import { resolveSettings, type SettingSources } from '../../../src/config/resolve-settings.js'
import { slosOf } from '../../../src/config/scenario-load.js'
import type { ConfigDefaults } from '../../../src/model/config.js'

function resolve(
  flags: SettingSources['flags'],
  env: SettingSources['env'] = {},
  defaults: ConfigDefaults | null = null,
) {
  const file = defaults && { name: 'rungs.config.ts', defaults }
  return resolveSettings({ flags, env, file, randomSeed: 1 })
}

describe('settings that exclude each other', () => {
  it.each([
    [
      { rate: '100', share: '50%' },
      '--rate 100 and --share 50%: give one of them; a rate is not a share of the capacity',
    ],
    [
      { stages: '1s:5', profile: 'ramp' },
      '--stages 1s:5 and --profile ramp: give one of them; stages are a profile of their own',
    ],
    [{ profile: 'stages' }, '--profile stages: needs --stages, such as --stages 10s:100,5s:100-500'],
    [
      { share: '50%', profile: 'stress' },
      '--share 50% and --profile stress: leave the share out; a stress has its own shares of the capacity',
    ],
    [
      { share: '50%', stages: '1s:50%' },
      '--share 50% and --stages 1s:50%: leave the share out; your own stages say how much of the capacity',
    ],
    [{ rate: '100', stages: '1s:5' }, '--rate 100 and --stages 1s:5: give one of them, or the stages in %'],
    [
      { latency: 'off', rate: '100' },
      '--rate 100 and --latency off: give one of them; without latency there is no such load',
    ],
    [
      { latency: 'off', slo: 'errors<1%,p99<1s' },
      '--latency off and p99<1s: without latency the rule has no data; leave out one of them',
    ],
    [
      { maxConnections: '2', generators: '3' },
      '--generators 3: must not be more than the connections of the open loop, which are 2',
    ],
  ])('tells of %j', (flags, problem) => {
    expect(resolve(flags).problems).toEqual([problem])
  })

  it('tells of all of them at once, and of what is wrong by itself', () => {
    const { problems } = resolve(
      { rate: '100', share: '50%', stages: 'x', slo: 'p99>1s' },
      { ARRIVAL: 'often' },
    )
    expect(problems).toHaveLength(4)
  })

  it('the nearer of two sources stands, the other goes back to its default', () => {
    const nearRate = resolve({ rate: '100' }, {}, { share: 0.5 })
    expect([nearRate.problems, latencyOf(nearRate.settings)]).toEqual([
      [],
      { profile: 'steady', arrival: 'uniform', rate: 100, share: null, maxConnections: 256 },
    ])
    const nearShare = resolve({}, { SHARE: '50%' }, { rate: 100 })
    expect([nearShare.problems, nearShare.settings.rate, nearShare.sources.rate]).toEqual([
      [],
      null,
      'default',
    ])
    expect(latencyOf(nearShare.settings)).toMatchObject({ rate: null, share: 0.5 })
    const nearProfile = resolve({ profile: 'soak' }, {}, { stages: '1s:5', share: 0.5 })
    expect([nearProfile.problems, nearProfile.settings.stages]).toEqual([[], null])
    expect(resolve({ profile: 'ramp' }, {}, { share: 0.5 }).problems).toEqual([])
    expect(resolve({ latency: 'off' }, {}, { rate: 5, slo: ['p99<1s'] }).problems).toEqual([])
    expect(resolve({ rate: '5' }, {}, { latency: 'off' }).settings.latency).toBe('on')
  })

  it('tells of what a nearer source asks in vain', () => {
    expect(resolve({ share: '50%' }, {}, { profile: 'ramp' }).problems).toEqual([
      '--share 50%: a ramp has its own shares of the capacity; a share is for steady and soak',
    ])
    expect(resolve({ rate: '9' }, {}, { stages: '1s:5' }).problems).toEqual([
      '--rate 9: your own stages are in requests per second already; give them in %',
    ])
    expect(resolve({ rate: '9' }, {}, { stages: '1s:50%' }).problems).toEqual([])
  })

  it('stages are a profile by themselves', () => {
    const { settings, sources, problems } = resolve({}, { STAGES: '1s:5' }, { profile: 'ramp' })
    expect([problems, settings.profile, sources.profile]).toEqual([[], 'stages', 'environment STAGES'])
  })

  it('a profile that starts from the capacity has no share', () => {
    expect(latencyOf(resolve({ profile: 'spike' }).settings)).toMatchObject({ rate: null, share: null })
    expect(latencyOf(resolve({ latency: 'off' }).settings)).toBeNull()
  })
})

describe('objectives', () => {
  const own = { slo: ['p99<9s', 'throughput>5/s'] }

  it('add up over flag, environment, file and scenario; the nearer goes before for its metric', () => {
    const resolved = resolve(
      { slo: 'p99<1s,p99<=0.9s' },
      { SLO: 'p99<2s,errors<1%' },
      { slo: ['errors<2%', 'max<3s'] },
    )
    expect(resolved.problems).toEqual([])
    expect(resolved.sources.slo).toBe('flag, environment SLO, rungs.config.ts')
    expect(slosOf(own, resolved).map(({ rule }) => rule)).toEqual([
      'p99<1s',
      'p99<=0.9s',
      'errors<1%',
      'max<3s',
      'throughput>5/s',
    ])
  })

  it('tells of what is wrong in every source', () => {
    const { problems } = resolve({ slo: 'p99>1s' }, { SLO: 'errors' }, { slo: ['max<1%'] })
    expect(problems).toEqual([
      expect.stringMatching(/^--slo p99>1s: 'p99>1s': p99 takes </),
      expect.stringMatching(/^SLO=errors: 'errors' must be a metric/),
      expect.stringMatching(/^rungs.config.ts: defaults.slo max<1%: 'max<1%': max takes </),
    ])
  })

  it('tells of every rule of one flag that is wrong, a line each', () => {
    const { problems, settings } = resolve({ slo: 'p99<,errors<1%,throughput<5ms' })
    expect(problems).toEqual([
      expect.stringMatching(/^--slo .*: 'p99<' must be a metric/),
      expect.stringMatching(/^--slo .*: 'throughput<5ms': throughput takes > or >=/),
    ])
    expect(settings.slo).toEqual([])
  })

  it('are the KPIs, unstated, where nobody gave any', () => {
    expect(slosOf({}, resolve({}))).toContainEqual(
      expect.objectContaining({ rule: 'p99<500ms', stated: false }),
    )
    expect(slosOf({}, resolve({ latency: 'off' })).map(({ metric }) => metric)).toEqual([
      'errors',
      'availability',
    ])
  })
})
