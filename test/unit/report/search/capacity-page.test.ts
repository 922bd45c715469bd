import { expect, it } from 'vitest'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { capacityPlot } from '../../../../src/report/search/capacity-plot.js'
import { capacityHtml } from '../../../../src/report/search/html-capacity.js'
import { renderHtml } from '../../../../src/report/site/html.js'
import { capacityResult } from '../../../helpers/capacity-fixture.js'

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

it('is linked from the report of its folder', () => {
  const result = capacityResult()
  const page = renderHtml(reportModel([]), '', { capacities: [{ dir: 'reports/a b', record: result }] })
  expect(page).toContain('<a href="a%20b/capacity.html">level 0 (single), db-read')
})
