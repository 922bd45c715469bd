import { expect, it } from 'vitest'
import { type Comparison, compareSides } from '../../../../src/report/compare/compare.js'
import { compareDoc } from '../../../../src/report/compare/compare-doc.js'
import { renderDocPage } from '../../../../src/report/render/html.js'
import { ladderRun } from '../../../helpers/ladder-run.js'
import { HOSTILE, mixedRun } from '../../../helpers/mixed-run.js'

const pageOf = (comparison: Comparison) => renderDocPage(compareDoc(comparison, '0.1.0'))
const levels = (run = ladderRun()) =>
  compareSides({ label: 'newest:0', run, level: '0' }, { label: 'newest:2', run, level: '2' })

it('shows ratios with their range, drawn and as a table, and both sides', () => {
  const comparison = levels()
  const page = pageOf(comparison)
  const [row] = comparison.rows
  expect(row?.verdict).toBe('more')
  expect(page).toContain('B against A: serves more on 7 of 7 rows')
  expect(page).toContain(`<td class="num">${row?.ratios.throughput?.toFixed(2)}×</td>`)
  expect(page.match(/<path class="interval pass"/g)).toHaveLength(7)
  expect(page.match(/<td>[AB]: level [02]<\/td>/g)).toHaveLength(14)
  expect(page).not.toContain('<script')
})

it('marks unlike machines, and draws nothing as decided', () => {
  const b = ladderRun({ machine: { cpuModel: 'another' } })
  const page = pageOf(compareSides({ label: 'a', run: ladderRun() }, { label: 'b', run: b }))
  expect(page).toContain('B against A: undecided on 21 of 21 rows')
  expect(page).toContain('CPU: A AMD EPYC 7B13, B another')
  expect(page).toContain('nothing is concluded')
  expect(page).not.toMatch(/class="(interval|estimate) (pass|regress)/)
})

it('keeps hostile names text, and says what has no figure', () => {
  const run = mixedRun()
  const page = pageOf(compareSides({ label: HOSTILE, run }, { label: 'b', run }))
  expect(page).not.toContain('<img')
  expect(page).not.toContain('<script')
  expect(page).toContain('failed at boot')
})

it('says that there is nothing to compare', () => {
  const run = { ...ladderRun(), cells: [] }
  expect(pageOf(compareSides({ label: 'a', run }, { label: 'b', run }))).toContain(
    'Neither side has a cell to compare.',
  )
})
