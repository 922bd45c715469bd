import { describe, expect, it } from 'vitest'
import {
  capacityDropReason,
  differencesOf,
  latencyDropReason,
  logRatioOf,
} from '../../../src/gate/block-figures.js'
import type { GateMetric } from '../../../src/model/studies/gate.js'
import type { GateBlock, GateCell } from '../../../src/model/studies/gate-block.js'
import { gateBlock, gateCell, gateSettings, latencyPhase } from '../../helpers/gate-fixture.js'

const settings = gateSettings()

function difference(cell: GateCell, metric: GateMetric) {
  return differencesOf([gateBlock(1, [cell])], cell.scenario, metric, settings)[0]
}

function withSlices(slices: GateCell['capacity']['slices']): GateCell {
  const cell = gateCell('simple', { throughput: 0, cpu: 0 })
  return { ...cell, capacity: { ...cell.capacity, slices } }
}

const slice = (base: [ok: number, cpuNs: number], head: [ok: number, cpuNs: number]) => ({
  seconds: 1,
  base: { ok: base[0], cpuNs: base[1] },
  head: { ok: head[0], cpuNs: head[1] },
})

describe('differences', () => {
  it('are mean log ratios over slices, positive for slower', () => {
    const cell = withSlices([slice([1000, 4e8], [900, 4e8]), slice([1200, 6e8], [1000, 6e8])])
    // −mean(ln 0.9, ln 5/6), and of CPU per request mean(ln 10/9, ln 6/5): by hand.
    const expected = -(Math.log(0.9) + Math.log(5 / 6)) / 2
    expect(difference(cell, 'throughput')).toBeCloseTo(expected, 12)
    expect(difference(cell, 'cpu')).toBeCloseTo((Math.log(10 / 9) + Math.log(6 / 5)) / 2, 12)
  })

  it('are free of what both arms go through together', () => {
    const quiet = withSlices([slice([1000, 5e8], [950, 5e8]), slice([1000, 5e8], [950, 5e8])])
    const noisy = withSlices([slice([1000, 5e8], [950, 5e8]), slice([200, 3e8], [190, 3e8])])
    for (const metric of ['throughput', 'cpu'] as const) {
      expect(difference(noisy, metric)).toBeCloseTo(difference(quiet, metric) as number, 12)
    }
  })

  it('take percentiles of each arm’s own histogram', () => {
    const cell = {
      ...gateCell('simple', { throughput: 0, cpu: 0 }),
      latency: latencyPhase(1000, 1100, 10_000),
    }
    for (const metric of ['p50', 'p95', 'p99'] as const) {
      expect(difference(cell, metric)).toBeCloseTo(Math.log(1.1), 3)
    }
  })

  it('have no p99 of fewer than 10,000 requests per arm', () => {
    const cell = { ...gateCell('simple', { throughput: 0, cpu: 0 }), latency: latencyPhase(1000, 1000, 9999) }
    expect([difference(cell, 'p95'), difference(cell, 'p99')]).toEqual([0, 'too-few'])
  })

  it('are dropped where nothing was read, and doubtful where the phase was disturbed', () => {
    expect(difference(withSlices([slice([10, 0], [10, 0])]), 'cpu')).toBe('dropped')
    const cell = gateCell('simple', { throughput: 0, cpu: 0 })
    expect(difference(cell, 'p50')).toBe('dropped')
    const slower = gateCell('simple', { throughput: 0.2, cpu: 0.1 })
    const noisy = { ...slower, capacity: { ...slower.capacity, dropped: 'noisy' } }
    expect(logRatioOf(difference(noisy, 'cpu') ?? 'dropped')).toBeCloseTo(0.1, 12)
    expect(difference(noisy, 'throughput')).toEqual({ doubtful: expect.closeTo(0.2, 12) })
    const silent = { ...noisy, capacity: { ...noisy.capacity, slices: [slice([9, 1], [0, 1])] } }
    expect(difference(silent, 'throughput')).toBe('dropped')
    const few = { ...cell, latency: { ...latencyPhase(1000, 1100, 500), dropped: 'noisy' } }
    expect(difference(few, 'p99')).toBe('dropped')
    expect(difference(few, 'p50')).toEqual({ doubtful: expect.closeTo(Math.log(1.1), 3) })
    const without: GateBlock = gateBlock(1, [])
    expect(differencesOf([without], 'simple', 'cpu', settings)).toEqual(['dropped'])
  })
})

describe('reasons to drop', () => {
  const { capacity } = gateCell('simple', { throughput: 0, cpu: 0 })

  it('are none for what is valid', () => {
    expect(capacityDropReason(capacity)).toBeNull()
    expect(latencyDropReason(latencyPhase(1, 1, 5))).toBeNull()
  })

  it('name the state and its evidence, or what is missing', () => {
    const validity = { state: 'noisy' as const, evidence: ['8 % steal'] }
    expect(capacityDropReason({ ...capacity, validity })).toBe('noisy: 8 % steal')
    expect(latencyDropReason({ ...latencyPhase(1, 1, 5), validity })).toBe('noisy: 8 % steal')
    expect(capacityDropReason({ ...capacity, slices: [] })).toBe('no slice was measured')
    expect(capacityDropReason({ ...capacity, slices: [slice([9, 1], [9, 1]), slice([9, 1], [0, 1])] })).toBe(
      'head answered nothing as expected in slice 2',
    )
    const phase = latencyPhase(1, 1, 5)
    expect(latencyDropReason({ ...phase, base: { ...phase.base, histogram: '' } })).toBe(
      'base answered nothing',
    )
  })
})
