import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { CapacityResult } from '../../../../src/model/studies/capacity.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { renderDocPage } from '../../../../src/report/render/html.js'
import { capacityDoc } from '../../../../src/report/search/capacity-doc.js'
import { capacityPlot } from '../../../../src/report/search/capacity-plot.js'
import { renderHtml } from '../../../../src/report/site/html.js'
import { documentIn, OWN_TOLD, writeListed } from '../../../../src/report/site/told.js'
import { capacityResult } from '../../../helpers/capacity-fixture.js'
import { gateResult } from '../../../helpers/gate-fixture.js'
import { tuneResult } from '../../../helpers/tune-fixture.js'

const capacityHtml = (result: CapacityResult) => renderDocPage(capacityDoc(result))

it('says the answer first, then draws and lists the probes', () => {
  const page = capacityHtml(capacityResult())
  expect(page).toBe(capacityHtml(capacityResult()))
  const places = [
    'Capacity of level 0 (single), db-read',
    'capacity 1,000 to 1,100/s',
    'Knee of the latency curve',
    'class="threshold"',
    'missed p99&lt;50ms',
    'id="conditions"',
  ].map((text) => page.indexOf(text))
  expect(places.every((place) => place > 0)).toBe(true)
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(page).not.toContain('<script')
})

it('draws the percentile that the objective is about, and rates far apart on a log axis', () => {
  const result = capacityResult()
  expect(capacityPlot(result)).toMatchObject({
    metric: 'p99',
    objective: { rule: 'p99<50ms', ms: 50 },
    x: { scale: 'linear' },
    low: 1_000,
    knee: 1_000,
  })
  const [first] = result.probes
  if (first === undefined) throw new Error('the fixture has changed')
  const rule = {
    rule: 'p95<9ms',
    metric: 'p95' as const,
    actual: null,
    limit: 9_000,
    state: 'met' as const,
    stated: true,
  }
  const errors = { ...rule, rule: 'errors<1%', metric: 'errors' as const, limit: 0.01 }
  const wide = { ...first, rate: 10 }
  const plot = (slo: (typeof rule | typeof errors)[]) =>
    capacityPlot({
      ...result,
      probes: [
        { ...first, slo },
        { ...wide, slo, phase: null },
      ],
      verdict: null,
      knee: null,
    })
  expect(plot([errors, rule])).toMatchObject({
    metric: 'p95',
    objective: { ms: 9 },
    x: { scale: 'log' },
    low: null,
  })
  expect(plot([errors])).toMatchObject({ metric: 'p99', objective: null })
  expect(plot([errors])?.points[1]?.ms).toBeNull()
  expect(capacityPlot({ ...result, probes: [] })).toBeNull()
})

it.each([
  [
    'that did not end',
    { verdict: null, probes: [], knee: null, state: 'interrupted' as const },
    'Not ended.',
  ],
  [
    'without a verdict',
    { verdict: { state: 'unsteady' as const, low: null, high: 900, reason: 'held above' } },
    'No verdict: unsteady.',
  ],
  [
    'of a hostile name',
    { scenario: { name: '<img src=x>', title: '', source: '', connections: 1, timeoutSeconds: 1 } },
    '&lt;img src=x&gt;',
  ],
])('has a page for a search %s', (_what, change, text) => {
  const page = capacityHtml(capacityResult(change))
  expect(page).toContain(text)
  expect(page).not.toContain('<img')
})

it('is written and linked from the report of its folder, as a tuning is', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'rungs-searches-'))
  try {
    for (const [folder, name, result] of [
      ['a b', 'capacity.json', capacityResult()],
      ['c', 'tune.json', tuneResult()],
      ['d', 'tune.json', {}],
    ] as const) {
      await mkdir(join(dir, folder))
      await writeFile(join(dir, folder, name), JSON.stringify(result))
    }
    const { linked, files, problems } = await writeListed(OWN_TOLD, dir, ['html'])
    expect(files).toEqual([join(dir, 'a b', 'capacity.html'), join(dir, 'c', 'tune.html')])
    expect(problems).toEqual([expect.stringContaining(join(dir, 'd', 'tune.json'))])
    expect(await readFile(join(dir, 'c', 'tune.html'), 'utf8')).toContain(
      '2 workers × 10 connections give the most.',
    )
    const page = renderHtml(reportModel([]), '', { searches: linked })
    expect(page).toContain('<p>Searches for the capacity:</p>')
    expect(page).toContain('<a href="a%20b/capacity.html">level 0 (single), db-read')
    expect(page).toContain('<p>Tunings of the workers:</p>')
    expect(page).toContain('<a href="c/tune.html">level 1 (cluster), db-read')
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})

it('is found by its folder’s name, as other results than runs are', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'rungs-other-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const put = async (folder: string, name: string, text: string) => {
    await mkdir(join(dir, folder))
    await writeFile(join(dir, folder, name), text)
    return join(dir, folder)
  }
  const capacity = await put('a', 'capacity.json', JSON.stringify(capacityResult()))
  const tuning = await put('b', 'tune.json', JSON.stringify(tuneResult()))
  const gate = await put('c', 'gate.json', JSON.stringify(gateResult()))
  const broken = await put('d', 'tune.json', '{')
  const run = await put('e', 'run.json', '{}')
  const commandOf = async (...folders: string[]) => (await documentIn(OWN_TOLD, folders))?.doc.command
  expect(await commandOf(join(dir, 'nowhere'), capacity)).toBe('capacity')
  expect(await commandOf(tuning)).toBe('tune')
  expect(await commandOf(gate)).toBe('gate')
  expect(await documentIn(OWN_TOLD, [run])).toBeNull()
  await expect(documentIn(OWN_TOLD, [broken])).rejects.toThrow(/tune\.json: is cut off or not JSON/)
})
