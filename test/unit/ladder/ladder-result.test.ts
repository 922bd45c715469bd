import { describe, expect, it } from 'vitest'
import { equalRates } from '../../../src/ladder/equal-rates.js'
import { ladderResult } from '../../../src/ladder/ladder-result.js'
import { makeLadder, repeats, rung, smallLadder } from '../../helpers/ladder-fixture.js'

describe('a ladder’s result', () => {
  const { run, ladder } = smallLadder()
  const result = ladderResult(run, ladder)
  const cell = (key: string, scenario = 'simple') =>
    result.cells.find(({ info, scenario: name }) => info.key === key && name === scenario)

  it('puts levels and workers in order, and tells why one is missing', () => {
    expect(result.rungs.map(({ info }) => info.key)).toEqual(['0', '1x1', '1x2', '1x4', '2x4', '3'])
    expect(result.rungs.at(-1)?.missing).toEqual({
      ...{ state: 'skipped', reason: 'no Redis', fix: 'apt-get install redis-server' },
    })
    expect(result.cells.some(({ info }) => info.key === '3')).toBe(false)
  })

  it('compares with the fewest workers of the same level, else with the lowest level', () => {
    expect(cell('1x4')).toMatchObject({ base: '1x1' })
    expect(cell('1x4')?.speedUp?.value).toBeCloseTo(3.75, 2)
    expect(cell('1x4')?.efficiency?.value).toBeCloseTo(0.9375, 3)
    expect(cell('1x4', 'db-read')).toMatchObject({ base: '0' })
    expect(cell('0')).toMatchObject({ base: null, speedUp: null })
  })

  it('gives no ratio of what is not valid', () => {
    expect(cell('2x4')).toMatchObject({ speedUp: null, validity: { state: 'noisy' } })
    expect(cell('2x4')?.capacity?.value).toBeCloseTo(1_450, 0)
  })

  it('pairs repeats, so that what befell both leaves the ratio alone', () => {
    const { run: drifting, ladder: record } = makeLadder({
      levels: [rung(1, 1), rung(1, 2)],
      cells: [...repeats('1x1', 'simple', [100, 50, 200]), ...repeats('1x2', 'simple', [200, 100, 400])],
    })
    const [, two] = ladderResult(drifting, record).cells
    expect(two?.speedUp).toMatchObject({
      value: expect.closeTo(2),
      low: expect.closeTo(2),
      high: expect.closeTo(2),
    })
  })

  it('fits a law to the workers of a level where there are enough', () => {
    const [first, ...others] = result.growth
    expect(first).toMatchObject({ number: 1, scenario: 'simple', refused: null })
    expect(first?.points).toHaveLength(9)
    expect(first?.law?.predict(2).value).toBeCloseTo(795, -1)
    expect(others).toEqual([])
  })

  it('keeps boots and the reload with their level', () => {
    expect(result.rungs[0]?.boot?.each).toEqual([1.1, 1.3])
    expect(result.rungs[4]).toMatchObject({ reload: { seconds: 6.4, lost: 2 } })
  })
})

describe('equal rates', () => {
  const { run } = smallLadder()

  it('are a share of the first level that has a capacity', () => {
    const [skipped] = run.cells.filter(({ level }) => level === '3')
    const measured = run.cells.filter(({ level }) => level === '0')
    expect(equalRates(['simple', 'db-read'], [skipped!, ...measured], 0.5)).toEqual([
      { scenario: 'simple', rate: 200, of: { level: '0', capacity: 400 } },
      { scenario: 'db-read', rate: 100, of: { level: '0', capacity: 200 } },
    ])
  })

  it('are none where nothing was served', () => {
    expect(equalRates(['tasks'], run.cells, 0.5)).toEqual([{ scenario: 'tasks', rate: null, of: null }])
  })
})
