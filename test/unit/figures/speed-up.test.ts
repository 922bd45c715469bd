import { describe, expect, it } from 'vitest'
import { cellFigures } from '../../../src/figures/cell-figures.js'
import { cellGroups } from '../../../src/figures/level-ref.js'
import { fewestWorkers, lowestLevel, pairedRatio, speedUpOf } from '../../../src/figures/speed-up.js'
import { ladderResult } from '../../../src/ladder/ladder-result.js'
import { reportModel } from '../../../src/report/findings/report-model.js'
import { foldRepeats, type Repeats } from '../../../src/stats/estimate/repeat-interval.js'
import { makeLadder, repeats, rung } from '../../helpers/ladder-fixture.js'

/** Repeats that lie unevenly: their geometric mean is not their median. */
const { run, ladder } = makeLadder({
  levels: [rung(0, 1, false), rung(1, 1), rung(1, 2), rung(2, 4, false)],
  cells: [
    ...repeats('0', 'simple', [400, 404, 380], { validity: { state: 'noisy', evidence: [] } }),
    ...repeats('1x1', 'simple', [500, 507, 470], { cpuPerRequestUs: 100 }),
    ...repeats('1x2', 'simple', [900, 980, 920]),
    ...repeats('2', 'simple', [1_000, 1_090, 1_010]),
  ],
})

describe('a ladder and the report of the same run', () => {
  const rows = reportModel([run]).rows
  const cells = ladderResult(run, ladder).cells
  const both = (key: string) => {
    const row = rows.find(({ level }) => level.key === key)
    const cell = cells.find(({ info }) => info.key === key)
    return [row, cell] as const
  }

  it.each(['0', '1x1', '1x2', '2'])('show the same figures of level %s', (key) => {
    const [row, cell] = both(key)
    expect(cell).toMatchObject({
      capacity: row?.measured?.throughput,
      validity: row?.measured?.validity,
      cpuPerRequestUs: row?.measured?.cpuPerRequestUs,
      rssPeakBytes: row?.measured?.rssPeakBytes,
      latency: { p99Us: row?.measured?.latency?.latency?.p99Us },
    })
  })

  it('show the same speed-up against the lowest valid level', () => {
    const [row, cell] = both('2')
    expect(row?.speedup).toMatchObject({ value: 1_010 / 500, base: { key: '1x1' }, sameRun: true })
    expect(cell?.speedUp).toEqual(row?.speedup)
    expect(cell?.base).toBe('1x1')
  })

  it('name their base where it is not the same', () => {
    const three = makeLadder({
      levels: [rung(0, 1, false), rung(1, 1), rung(1, 2)],
      cells: [
        ...repeats('0', 'simple', [400]),
        ...repeats('1x1', 'simple', [500]),
        ...repeats('1x2', 'simple', [900]),
      ],
    })
    const row = reportModel([three.run]).rows.at(-1)
    const cell = ladderResult(three.run, three.ladder).cells.at(-1)
    expect(row?.speedup).toMatchObject({ value: 900 / 400, base: { key: '0' } })
    expect(cell?.speedUp).toMatchObject({ value: 900 / 500, base: { key: '1x1' } })
  })
})

describe('a speed-up', () => {
  const figures = cellGroups(run).map(({ level, scenario, cells }) =>
    cellFigures(run, level, scenario, cells),
  )
  const [zero, one, two] = figures

  it('is the quotient of the capacities shown, and has an interval within one run only', () => {
    const there = { ...one!, runId: 'another' }
    expect(speedUpOf(two!, one!)?.low).not.toBeNull()
    expect(speedUpOf(two!, there)).toMatchObject({ value: 920 / 500, low: null, high: null, sameRun: false })
    expect(speedUpOf(two!, zero!)).toBeNull()
    expect(speedUpOf(one!, one!)).toBeNull()
  })

  it('has two bases: the lowest valid level, and the same level with fewest workers', () => {
    expect(lowestLevel(figures, 'simple')).toBe(one)
    expect(lowestLevel(figures, 'db-read')).toBeNull()
    expect(fewestWorkers(two!, figures)).toBe(one)
    expect(fewestWorkers(one!, figures)).toBeNull()
  })

  it('pairs repeats by their numbers, whatever is missing between', () => {
    const side = (numbers: number[], values: number[]) => ({
      repeats: numbers,
      throughput: foldRepeats(values) as Repeats,
    })
    const ratio = pairedRatio(side([1, 3, 4], [200, 600, 100]), side([1, 2, 3], [100, 1, 300]))
    expect(ratio?.low).toBeCloseTo(2)
    expect(ratio?.high).toBeCloseTo(2)
    expect(ratio?.value).toBe(200 / 100)
  })
})
