import { describe, expect, it } from 'vitest'
import { overTime } from '../../../src/figures/over-time.js'
import { linearAxis, logAxis, positionOn } from '../../../src/markup/chart-spec.js'
import { escapeHtml, html, jsonForScript } from '../../../src/markup/html-escape.js'
import { escapeMarkdown } from '../../../src/markup/markdown.js'
import { colourIndex, levelColour, PALETTE } from '../../../src/markup/palette.js'
import * as format from '../../../src/words/format.js'

describe('figures', () => {
  it.each([
    [0, '0'],
    [0.5, '0.50'],
    [9.994, '9.99'],
    [9.996, '10.0'],
    [99.96, '100'],
    [1234.5, '1,235'],
    [1_234_567, '1,234,567'],
    [null, '–'],
  ])('writes a rate of %s as %s', (value, text) => expect(format.rate(value)).toBe(text))

  it.each([
    [7, '0.007'],
    [1_500, '1.50'],
    [45_600, '45.6'],
    [2_345_678, '2,346'],
  ])('writes %s µs as %s ms', (value, text) => expect(format.milliseconds(value)).toBe(text))

  it('never rounds errors to nothing', () => {
    expect(format.percent(0)).toBe('0 %')
    expect(format.percent(0.000001)).toBe('< 0.01 %')
    expect(format.percent(0.5)).toBe('50.0 %')
  })

  it('writes ratios, memory, times and lists', () => {
    expect(format.ratio(1.925)).toBe('1.93×')
    expect(format.bytes(104_857_600)).toBe('100 MiB')
    expect(format.bytes(2_147_483_648)).toBe('2.0 GiB')
    expect(format.instant('2025-11-21T09:00:00.123Z')).toBe('2025-11-21 09:00 UTC')
    expect(format.list(['a', 'b', 'c'])).toBe('a, b and c')
  })
})

describe('escaping', () => {
  const hostile = `<img src=x onerror="a('b')">&</script>`

  it('makes text of markup', () => {
    expect(escapeHtml(hostile)).toBe(
      '&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;&lt;/script&gt;',
    )
    expect(html`<p title="${hostile}">${[hostile, html`<b>${1}</b>`, null]}</p>`.text).toBe(
      `<p title="${escapeHtml(hostile)}">${escapeHtml(hostile)}<b>1</b></p>`,
    )
  })

  it('keeps JSON in its script element', () => {
    const value = { a: `${hostile}<!--\u2028]]>` }
    expect(jsonForScript(value)).not.toMatch(/[<>&\u2028]/)
    expect(JSON.parse(jsonForScript(value))).toEqual(value)
  })

  it('makes text of Markdown', () => {
    expect(escapeMarkdown('a | *b* [x](http://y) @all\n<b>')).toBe(
      'a \\| \\*b\\* \\[x\\](http:\u200b//y) @\u200ball &lt;b&gt;',
    )
  })
})

describe('axes', () => {
  it('starts at 0 and ends at a round step', () => {
    expect(linearAxis('x', 12_990).ticks).toEqual([0, 2_500, 5_000, 7_500, 10_000, 12_500, 15_000])
    expect(linearAxis('x', 0).ticks.at(-1)).toBe(1)
    expect(linearAxis('x', 0.3).ticks).toEqual([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3])
  })

  it('holds all values of a logarithmic axis within its ends', () => {
    const axis = logAxis('x', [2.2, 3_236])
    expect([axis.min, axis.max]).toEqual([2, 5_000])
    expect(positionOn(axis, 100)).toBeCloseTo(0.5, 2)
    expect(logAxis('x', []).max).toBeGreaterThan(0)
  })
})

it('puts a long measurement together without losing a request', () => {
  const intervals = Array.from({ length: 1_000 }, (_, second) => ({
    atSeconds: second,
    seconds: 1,
    ok: second,
    errors: 1,
    p50Us: second === 3 ? 700 : null,
    p99Us: null,
  }))
  const points = overTime(intervals, 100)
  expect(points).toHaveLength(100)
  expect(points.reduce((sum, point) => sum + point.throughput * 10, 0)).toBeCloseTo(499_500)
  expect(points[0]).toEqual({
    atSeconds: 5,
    throughput: 4.5,
    errors: 1,
    scheduled: null,
    p50Us: 700,
    p99Us: null,
  })
})

it('gives a level the same colour whatever else is shown', () => {
  expect(levelColour(0)).toBe(PALETTE[0])
  expect(levelColour(PALETTE.length)).toBe(PALETTE[0])
  expect(colourIndex(null)).toBe(-1)
})
