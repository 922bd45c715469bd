import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { identicalDecision } from '../../../../src/gate/decision.js'
import { signedAxis } from '../../../../src/markup/chart-spec.js'
import type { GateResult } from '../../../../src/model/studies/gate.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { gateDoc } from '../../../../src/report/gate/gate-doc.js'
import { intervalPlot } from '../../../../src/report/gate/gate-plot.js'
import { writeGate } from '../../../../src/report/gate/write-gate.js'
import { renderDocPage } from '../../../../src/report/render/html.js'
import { renderHtml } from '../../../../src/report/site/html.js'
import { gateIdentity, gateResult, gateSettings } from '../../../helpers/gate-fixture.js'
import { mixedRun } from '../../../helpers/mixed-run.js'
import { asStored, broken, passed, regressed, undecided } from './gate-results.js'

/** Compares with a file of test/golden; `UPDATE_GOLDEN=1` writes it instead. */
async function golden(name: string, text: string): Promise<void> {
  const file = new URL(`../../../golden/${name}`, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(file, text)
  expect(text).toBe(await readFile(file, 'utf8'))
}

function rowOf(result: GateResult, at = 0) {
  const row = result.decision?.rows[at]
  if (row === undefined) throw new Error(`no row ${at}`)
  return row
}

describe('the plot of a scenario and metric', () => {
  it('has every block in its order, and those that do not count with the reason', () => {
    const result = undecided()
    const { points, floor, threshold } = intervalPlot(rowOf(result), result)
    expect(points.map(({ block }) => block)).toEqual(result.blocks.map(({ index }) => index))
    expect(points.map(({ first }) => first)).toEqual(result.blocks.map(({ first }) => first))
    const disturbed = points.filter(({ dropped }) => dropped !== null)
    expect(disturbed.map(({ block }) => block)).toEqual([11, 12])
    expect(disturbed[0]?.dropped).toBe('noisy: 9 % of the CPU time went to other machines')
    expect([floor, threshold]).toEqual([1, 5])
    const { differences, doubtful } = rowOf(result)
    const said = points.map(({ percent }) => Math.log1p((percent ?? Number.NaN) / 100))
    expect(doubtful).toHaveLength(2)
    expect(said).toEqual([...differences, ...(doubtful ?? [])].map((value) => expect.closeTo(value, 12)))
  })

  it('tells blocks after the last look from those that the estimate rests on', () => {
    const result = undecided()
    const { n } = rowOf(result)
    const { points } = intervalPlot(rowOf(result), result)
    expect(points.filter(({ used }) => used)).toHaveLength(n ?? -1)
    expect(points.filter(({ dropped, used }) => dropped === null && !used)).toHaveLength(10 - (n ?? 0))
  })

  it('says that a block had too few requests for a p99', () => {
    const result = regressed()
    const { points, estimate } = intervalPlot(rowOf(result, 5), result)
    expect(estimate).toBeNull()
    expect(new Set(points.map(({ dropped }) => dropped))).toEqual(new Set(['too few requests']))
  })
})

describe('the axis', () => {
  it.each([
    [[5], [0, 1, 2, 3, 4, 5]],
    [
      [-3, 8],
      [-5, 0, 5, 10],
    ],
    [[], [0, 1]],
  ])('holds zero and %j', (values, ticks) => {
    expect(signedAxis('x', values).ticks).toEqual(ticks)
  })
})

const gateHtml = (...of: Parameters<typeof gateDoc>) => renderDocPage(gateDoc(...of))

describe('the page of a gate', () => {
  it.each([
    ['regress', regressed()],
    ['pass', passed()],
    ['inconclusive', undecided()],
    ['broken', broken()],
  ])('is as before: %s', async (name, result) => {
    await golden(`gate-${name}.html`, gateHtml(result))
  })

  it('says the verdict first', () => {
    const text = gateHtml(regressed())
    expect(text.indexOf('Slower than main: simple, throughput by 7.9 %')).toBeLessThan(text.indexOf('<nav'))
    expect(text).toContain('<h1 class="bad">Slower</h1>')
    expect(gateHtml(passed())).toContain('<h1 class="good">Not slower</h1>')
  })

  it('does not look green where nothing was measured', () => {
    const text = gateHtml(gateResult({ state: 'failed', finishedAt: null }))
    expect(text).toContain('<h1 class="warn">Not measured</h1>')
    expect(text).toContain('The gate failed before its end.')
    expect(text).not.toMatch(/<h1 class="good"|<strong class="good"/)
  })

  it('tells that nothing had to be measured', () => {
    const leftOut = { count: 1, sample: ['README.md'] }
    const identity = gateIdentity({ leftOut, notes: ['rungs.config.json differs from the base’s'] })
    const text = gateHtml(gateResult({ identity, decision: identicalDecision(gateSettings(), identity) }))
    expect(text).toContain(
      'Nothing to measure: base and head differ in nothing that the service can read; left out: README.md (gate.ignore).',
    )
    expect(text).toContain('<li class="wrap">rungs.config.json differs from the base’s</li>')
  })

  it('lets nothing but its own style work, and is left by no link', () => {
    const text = gateHtml(regressed(), [passed()])
    const style = /<style>([\s\S]*?)<\/style>/.exec(text)?.[1] ?? ''
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1]
    expect(policy).toContain(`sha256-${createHash('sha256').update(style).digest('base64')}`)
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('script-src')
    expect(text).not.toMatch(/<script|\sstyle="|\son\w+="|(?:src|href)="(?!#)/)
  })

  it('shows hostile names as text', () => {
    const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    const result = regressed([hostile, 'b\u0000'])
    const text = gateHtml(
      {
        ...result,
        base: { ...result.base, name: hostile },
        head: { name: hostile, obtained: { kind: 'url', url: hostile }, digest: hostile },
        warnings: [hostile],
      },
      [{ ...result, id: hostile }],
    )
    expect(text).not.toMatch(/<script|<img/)
    expect(text).not.toContain('\u0000')
    expect(text).toContain('&lt;script&gt;alert(1)')
  })
})

describe('the report', () => {
  it('points to the page of the newest gate', () => {
    const text = renderHtml(reportModel([mixedRun()]), '', { gate: regressed() })
    expect(text).toContain('<a href="gate.html"><strong class="bad">Slower</strong></a>')
    expect(renderHtml(reportModel([mixedRun()]), '')).not.toContain('gate.html')
  })
})

describe('the page of a folder', () => {
  let dir: string
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rungs-gates-'))
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  async function put(folder: string, text: string): Promise<void> {
    await mkdir(join(dir, folder), { recursive: true })
    await writeFile(join(dir, folder, 'gate.json'), text)
  }

  it('is of the newest gate, lists the others, and leaves out what cannot be read', async () => {
    await put('a-gate', JSON.stringify(asStored(passed())))
    await put(
      'b-gate',
      JSON.stringify({ ...asStored(regressed()), id: 'b-gate', startedAt: '2026-02-01T09:05:07.000Z' }),
    )
    await put('c-gate', '{')
    const { newest, files, problems } = await writeGate(dir, ['html'])
    expect([newest?.id, files]).toEqual(['b-gate', [join(dir, 'gate.html')]])
    expect(problems).toEqual([expect.stringContaining('c-gate/gate.json: is cut off')])
    const page = await readFile(join(dir, 'gate.html'), 'utf8')
    expect(page).toContain('<h1 class="bad">Slower</h1>')
    expect(page).toContain('Other gates in this folder')
    expect(page).toContain(passed().id)
  })

  it('writes none where there is no gate', async () => {
    expect(await writeGate(join(dir, 'nowhere'), ['html'])).toEqual({
      newest: null,
      files: [],
      problems: [],
    })
  })
})
