import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/gate/decide.js'
import { rulesOf } from '../../../src/gate/rules.js'
import { gateSettings } from '../../helpers/gate-fixture.js'

type Difference = number | 'dropped' | 'too-few'

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

  it('gives no verdict where too many measurements were dropped, either way', () => {
    for (const centre of [0, 0.08]) {
      const values = spread(12, centre)
      const ok: Difference[] = [...values, ...Array<Difference>(6).fill('dropped')]
      expect(judge([...Array<Difference>(6).fill('dropped'), ...values]).verdict).not.toBe('inconclusive')
      expect(judge([...Array<Difference>(7).fill('dropped'), ...values]).verdict).toBe('inconclusive')
      // Those dropped after the verdict take nothing back.
      expect(judge(ok).verdict).toBe(centre === 0 ? 'pass' : 'regress')
    }
  })

  it('goes on after dropped blocks only so long as enough can still count', () => {
    const dropped = Array<Difference>(7).fill('dropped')
    expect(judge(dropped, 14).verdict).toBe('open')
    expect(judge(dropped, 13).verdict).toBe('inconclusive')
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
      { weight: 1, arbitrary: fc.constant<Difference>('dropped') },
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
