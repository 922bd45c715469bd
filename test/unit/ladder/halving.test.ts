import { describe, expect, it } from 'vitest'
import { nextTrial, ranked, roundSeconds, roundsOf, type Trial } from '../../../src/ladder/halving.js'

const plan = { candidates: ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => ({ key })), finalists: 2, seed: 1 }

/** Runs a halving to its end; `measure` stands for the machine. */
function halve(measure: (candidate: string, round: number) => Partial<Trial>) {
  const trials: Trial[] = []
  for (;;) {
    const step = nextTrial(plan, trials)
    if ('finalists' in step) return { trials, finalists: step.finalists }
    const { candidate, round } = step.measure
    const trial = { candidate, round, outcome: 'valid' as const, throughput: 100, rssBytes: 1 }
    trials.push({ ...trial, ...measure(candidate, round) })
  }
}

const rate = (candidate: string) => 100 + 10 * candidate.charCodeAt(0)
const measuredIn = (trials: readonly Trial[], round: number) =>
  trials.filter((trial) => trial.round === round).map(({ candidate }) => candidate)

describe('successive halving', () => {
  it('measures all, then the better half, until the finalists are left, the best first', () => {
    const { trials, finalists } = halve((candidate) => ({ throughput: rate(candidate) }))
    expect(measuredIn(trials, 1).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(measuredIn(trials, 1)).not.toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(measuredIn(trials, 2).toSorted()).toEqual(['d', 'e', 'f'])
    expect(finalists).toEqual(['f', 'e'])
  })

  it('leaves out what fails at once, and what is not valid after a repeat', () => {
    const { trials, finalists } = halve((candidate) => {
      if (candidate === 'f') return { outcome: 'failed' }
      if (candidate === 'e') return { outcome: 'invalid' }
      return { throughput: rate(candidate) }
    })
    expect(trials.filter(({ candidate }) => candidate === 'f')).toHaveLength(1)
    expect(trials.filter(({ candidate }) => candidate === 'e')).toHaveLength(2)
    expect(finalists).toEqual(['d', 'c'])
  })

  it('ends without finalists where nothing can be measured', () => {
    expect(halve(() => ({ outcome: 'failed' })).finalists).toEqual([])
  })

  it('takes a drift of the machine from round to round for nobody’s doing', () => {
    const trial = (candidate: string, round: number, throughput: number): Trial => ({
      ...{ candidate, round, throughput, outcome: 'valid', rssBytes: null },
    })
    const trials = [trial('a', 1, 100), trial('b', 1, 110), trial('a', 2, 50), trial('b', 2, 51)]
    expect(ranked(['a', 'b'], trials)).toEqual(['b', 'a'])
  })

  it('puts the smaller memory first among equals', () => {
    const trials = [3, 1, 2].map(
      (rssBytes, i): Trial => ({
        ...{ candidate: 'abc'[i] ?? '', round: 1, outcome: 'valid', throughput: 100, rssBytes },
      }),
    )
    expect(ranked(['a', 'b', 'c'], trials)).toEqual(['b', 'c', 'a'])
  })

  it('makes each round’s measurements half as long again, and knows how many there are', () => {
    expect([1, 2, 3].map((round) => roundSeconds(4, round))).toEqual([4, 6, 9])
    expect([roundsOf(18, 2), roundsOf(3, 2), roundsOf(2, 2)]).toEqual([[18, 9, 5, 3], [3], [2]])
  })
})
