import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Difference } from '../../../src/gate/block-figures.js'
import { decide } from '../../../src/gate/decide.js'
import { rulesOf } from '../../../src/gate/rules.js'
import { gateSettings } from '../../helpers/gate-fixture.js'

const rules = rulesOf(gateSettings())

function judge(differences: readonly Difference[], left = 0, other: readonly Difference[] = []) {
  const test = (metric: 'cpu' | 'p99', values: readonly Difference[]) => ({
    scenario: 's',
    metric,
    differences: values,
  })
  const tests = [test('cpu', differences), ...(other.length > 0 ? [test('p99', other)] : [])]
  return decide({ tests, errors: [], blocks: differences.length, left }, rules)
}

function spread(n: number, centre: number, width = 0.01): number[] {
  return Array.from({ length: n }, (_, i) => centre + width * (((i * 7) % n) / n - 0.5))
}

describe('decide', () => {
  it('waits for the first look, and gives up where it cannot be reached', () => {
    expect(judge(spread(8, 0), 1).verdict).toBe('open')
    expect(judge(spread(8, 0), 0)).toMatchObject({ verdict: 'inconclusive', blocks: 8 })
    expect(judge([], 20).verdict).toBe('open')
    expect(judge([], 8).verdict).toBe('inconclusive')
  })

  it('passes equal arms at the first look', () => {
    expect(judge(spread(9, 0), 11)).toMatchObject({ verdict: 'pass', blocks: 9 })
  })

  it('finds a regression at the first look that can show one', () => {
    expect(judge(spread(9, 0.06), 11).verdict).toBe('open')
    expect(judge(spread(12, 0.06), 8)).toMatchObject({ verdict: 'regress', blocks: 12 })
  })

  it('does not pass a slowdown between floor and threshold while a further look can tell', () => {
    // Narrow around 3 %: the upper bound is below the threshold, the lower one not yet above the floor by enough looks.
    const blocks = spread(9, 0.03)
    expect(judge(blocks, 3).verdict).toBe('open')
    expect(judge(blocks, 2).verdict).toBe('pass')
    expect(judge(spread(12, 0.03), 0).verdict).toBe('regress')
  })

  it('stops early where no further look can be reached', () => {
    const wide = spread(16, 0.02, 0.3)
    expect(judge(wide, 4).verdict).toBe('open')
    expect(judge(wide, 3).verdict).toBe('inconclusive')
  })

  it('does not pass where too many blocks were disturbed, nor where they have no figure', () => {
    for (const lost of ['dropped', { doubtful: 0 }] as const) {
      const some = (n: number) => Array<Difference>(n).fill(lost)
      expect(judge([...some(6), ...spread(12, 0)]).verdict).toBe('pass')
      expect(judge([...some(7), ...spread(12, 0)]).verdict).toBe('inconclusive')
      // What comes after the verdict takes nothing back.
      expect(judge([...spread(12, 0), ...some(6)]).verdict).toBe('pass')
    }
  })

  it('finds a regression in blocks that were all disturbed', () => {
    const disturbed = spread(12, 0.06).map((doubtful) => ({ doubtful }))
    expect(judge(disturbed)).toMatchObject({ verdict: 'regress', blocks: 12 })
    expect(judge(disturbed.slice(0, 11), 1).verdict).toBe('open')
    const equal = spread(20, 0).map((doubtful) => ({ doubtful }))
    expect(judge(equal).verdict).toBe('inconclusive')
  })

  it('goes on when a pass is out of reach only for a sign of a slowdown', () => {
    const disturbed = (centre: number) => spread(12, centre, 0.2).map((doubtful) => ({ doubtful }))
    expect(judge(disturbed(0.05), 8).verdict).toBe('open')
    expect(judge(disturbed(0), 8).verdict).toBe('inconclusive')
    expect(judge(disturbed(0).slice(0, 5), 8).verdict).toBe('open')
    expect(judge(disturbed(0).slice(0, 5), 6).verdict).toBe('inconclusive')
  })

  it('finds what is plain at an early look, disturbed or not', () => {
    // ln 6, as much apart as in a real gate.
    const sixfold = [1.7, 1.85, 1.78]
    expect(judge(sixfold, 17)).toMatchObject({ verdict: 'regress', blocks: 3 })
    expect(
      judge(
        sixfold.map((doubtful) => ({ doubtful })),
        17,
      ),
    ).toMatchObject({ verdict: 'regress', blocks: 3 })
    // With one metric three blocks must say +15 %, four +10 %; of six, one may say anything.
    expect(judge([0.17, 0.13, 0.18], 17).verdict).toBe('open')
    expect(judge([0.11, 0.2, 0.12, 0.1], 16)).toMatchObject({ verdict: 'regress', blocks: 4 })
    expect(judge([0.11, 0.2, 0.12, -0.3, 0.13, 0.15], 14)).toMatchObject({ verdict: 'regress', blocks: 6 })
  })

  it('leaves to ranks what is not plain, or not in most blocks, and percentiles', () => {
    expect(judge(spread(8, 0.09), 12).verdict).toBe('open')
    expect(judge([0.02, 1.85, 0.01, 1.7, 0, 1.75, 1.7, 1.8], 12).verdict).toBe('open')
    const equal = spread(4, 0)
    expect(judge(equal, 16, [1.7, 1.85, 1.78, 1.8]).verdict).toBe('open')
    const withoutEarly = rulesOf({ ...gateSettings(), earlyLooks: [] })
    const test = { scenario: 's', metric: 'cpu', differences: [1.7, 1.85, 1.78] } as const
    const evidence = { tests: [test], errors: [], blocks: 3, left: 17 }
    expect(decide(evidence, withoutEarly).verdict).toBe('open')
  })

  it('leaves out what cannot be tested, but never passes on nothing', () => {
    const tooFew = Array<Difference>(9).fill('too-few')
    expect(judge(spread(9, 0), 0, tooFew)).toMatchObject({
      verdict: 'pass',
      states: [{ verdict: 'pass' }, { verdict: 'not-testable' }],
    })
    expect(judge(tooFew, 11).verdict).toBe('inconclusive')
  })

  it('passes only when every test does, and fails when one does', () => {
    expect(judge(spread(12, 0), 0, spread(12, 0.02, 0.3)).verdict).toBe('inconclusive')
    expect(judge(spread(12, 0), 0, spread(12, 0.06)).verdict).toBe('regress')
  })

  it('stops where it would have stopped block by block', () => {
    const value = fc.oneof(
      { weight: 9, arbitrary: fc.double({ min: -0.05, max: 0.08, noNaN: true }) },
      { weight: 2, arbitrary: fc.constant<Difference>('dropped') },
      {
        weight: 2,
        arbitrary: fc
          .double({ min: -0.05, max: 0.3, noNaN: true })
          .map((doubtful): Difference => ({ doubtful })),
      },
    )
    const series = fc.array(value, { minLength: 22, maxLength: 22 })
    fc.assert(
      fc.property(series, series, (one, other) => {
        const stored = judge(one, 0, other)
        let blocks = 0
        let live = judge([], 22)
        while (live.verdict === 'open') {
          blocks++
          live = judge(one.slice(0, blocks), 22 - blocks, other.slice(0, blocks))
        }
        expect(live.verdict).toBe(stored.verdict)
        if (stored.verdict !== 'inconclusive') expect(live.blocks).toBe(stored.blocks)
      }),
      { numRuns: 300 },
    )
  })

  it('never fails a head that got faster, nor passes one that got slower by twice the threshold', () => {
    const noise = fc.array(fc.double({ min: -0.03, max: 0.03, noNaN: true }), {
      minLength: 20,
      maxLength: 20,
    })
    fc.assert(
      fc.property(noise, (values) => {
        expect(judge(values.map((value) => value - 0.03)).verdict).toBe('pass')
        expect(judge(values.map((value) => value + 0.1)).verdict).toBe('regress')
      }),
    )
  })
})
