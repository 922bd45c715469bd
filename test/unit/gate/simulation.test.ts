import { describe, expect, it } from 'vitest'
import { clopperPearson } from '../../../src/stats/estimate/proportions.js'
import { countOf, heavyTailed, type Noise, normal, type Simulation, simulate, spiky } from './simulate.js'

const RUNS = 1000

/** Spread of a duet block as measured (shared/facts/gate.md): 0.8–3.1 % of throughput, 0.8–2.0 % of CPU. */
const USUAL = { throughputSd: 0.015, cpuSd: 0.012 }
const WORST = { throughputSd: 0.031, cpuSd: 0.02 }

const NOISES: readonly (readonly [string, Noise])[] = [
  ['normal', normal],
  ['spiky', spiky],
  ['heavy-tailed', heavyTailed],
]

/** What the counted share of a verdict leaves open at 99 %. */
function shareOf(simulation: Simulation, verdict: 'regress' | 'pass', seed = 11) {
  return clopperPearson(countOf(simulate(simulation, RUNS, seed), verdict), RUNS, 0.99)
}

describe.each(NOISES)('with %s noise', (_, noise) => {
  it('finds no regression in equal arms, however wide the spread', () => {
    for (const spread of [USUAL, WORST]) {
      expect(shareOf({ noise, ...spread, slowdown: 0 }, 'regress').high).toBeLessThan(0.01)
    }
  })

  it('keeps to its level where false alarms are likeliest: a slowdown of just the noise floor', () => {
    const { low } = shareOf({ noise, ...USUAL, slowdown: 0.01 }, 'regress')
    // The claim is α = 1 %: what was counted must not contradict it.
    expect(low).toBeLessThan(0.01)
  })

  it('passes equal arms', () => {
    expect(shareOf({ noise, ...USUAL, slowdown: 0 }, 'pass').low).toBeGreaterThan(0.98)
  })

  it('finds 5 % in at least 99 % of gates (98 % at the widest spread), and passes it in at most 1 %', () => {
    for (const spread of [USUAL, WORST]) {
      const simulation = { noise, ...spread, slowdown: 0.05 }
      expect(shareOf(simulation, 'regress').low).toBeGreaterThan(spread === USUAL ? 0.99 : 0.98)
      expect(shareOf(simulation, 'pass').high).toBeLessThan(0.01)
    }
  })

  it('finds 3 % in at least 90 % of gates', () => {
    expect(shareOf({ noise, ...USUAL, slowdown: 0.03 }, 'regress').low).toBeGreaterThan(0.9)
  })
})

describe('at the widest spread', () => {
  it('3 % is found in about 8 of 10 gates', () => {
    const { low, high } = shareOf({ noise: normal, ...WORST, slowdown: 0.03 }, 'regress')
    expect(low).toBeGreaterThan(0.7)
    expect(high).toBeLessThan(0.9)
  })
})

/** What is found within so many blocks. */
function foundWithin(blocks: number, simulation: Simulation) {
  const found = simulate(simulation, RUNS, 11).filter(
    (standing) => standing.verdict === 'regress' && standing.blocks <= blocks,
  )
  return clopperPearson(found.length, RUNS, 0.99)
}

describe.each(NOISES)('early looks, with %s noise', (_, noise) => {
  it('find 20 % within 8 blocks in at least 95 % of gates, and 6× within 3', () => {
    const usual = { noise, throughputSd: 0.021, cpuSd: 0.02 }
    expect(foundWithin(8, { ...usual, slowdown: 0.2 }).low).toBeGreaterThan(0.95)
    expect(foundWithin(3, { ...usual, slowdown: 5 }).low).toBeGreaterThan(0.95)
  })

  it('find nothing in equal arms whose spread is thrice that beside a busy process', () => {
    const wild = { noise, throughputSd: 0.08, cpuSd: 0.07, slowdown: 0 }
    expect(shareOf(wild, 'regress').high).toBeLessThan(0.01)
  })
})

describe('drift that both arms share', () => {
  it('changes no verdict', () => {
    for (const slowdown of [0, 0.05]) {
      const simulation = { noise: normal, ...USUAL, slowdown }
      const expected = slowdown === 0 ? 'pass' : 'regress'
      expect(shareOf({ ...simulation, drift: true }, expected).low).toBeGreaterThan(0.98)
    }
  })
})

describe('many tests', () => {
  it('do not add up to false alarms', () => {
    const settings = { scenarios: ['simple', 'db-read', 'auth-me'] }
    const { low } = shareOf({ noise: normal, ...USUAL, slowdown: 0.01, settings }, 'regress')
    expect(low).toBeLessThan(0.01)
  })

  it('would raise false alarms if each look had the whole of α: the simulation can tell', () => {
    // 40 times the level, which undoes the correction for looks and tests: more than 1 % beyond doubt.
    const greedy = { noise: normal, ...USUAL, slowdown: 0.01, settings: { alpha: 0.4 } }
    expect(shareOf(greedy, 'regress').low).toBeGreaterThan(0.01)
  })
})
