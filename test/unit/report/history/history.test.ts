import { describe, expect, it } from 'vitest'
import { historyDoc } from '../../../../src/report/history/history-doc.js'
import { seriesOf } from '../../../../src/report/history/history-series.js'
import { sparkline } from '../../../../src/report/history/history-text.js'
import { parseHistory } from '../../../../src/report/history/read-history.js'
import { renderDocPage } from '../../../../src/report/render/html.js'
import { renderText } from '../../../../src/report/render/text.js'
import { historyEntries, historyEntry } from '../../../helpers/history-fixture.js'

const entries = historyEntries()
const lines = (all: readonly unknown[]) => `${all.map((one) => JSON.stringify(one)).join('\n')}\n`

describe('a series file', () => {
  it('is read, oldest gate first', async () => {
    const read = await parseHistory('a.jsonl', lines([entries[1], entries[0]]))
    expect(read).toEqual({ entries: [entries[0], entries[1]], problems: [] })
  })

  it('is refused with all that is wrong with it', async () => {
    const { figures: _, ...without } = historyEntry(3, 0)
    const all = [
      lines([
        entries[0],
        { ...historyEntry(1, 0), level: 0 },
        without,
        { ...historyEntry(4, 0), schemaVersion: 9 },
      ]),
      'not json\n',
      lines([
        historyEntry(0, 0),
        historyEntry(6, 0, { base: { name: 'v1.3.0', commit: 'bbbbbbbbbbbb' } }),
        ['x'],
      ]),
    ]
    const { problems } = await parseHistory('a.jsonl', all.join(''))
    expect(problems).toEqual([
      expect.stringMatching(/^a\.jsonl:2: level: must be/),
      expect.stringMatching(/^a\.jsonl:3: figures: is missing/),
      expect.stringMatching(/^a\.jsonl:4: was written by a newer rungs/),
      expect.stringMatching(/^a\.jsonl:5: is no JSON, or cut off/),
      expect.stringMatching(/^a\.jsonl:6: gate gate-0 is in line 1 already/),
      expect.stringMatching(
        /^a\.jsonl:7: holds ratios against v1\.2\.0 \(aaaaaaa\), not v1\.3\.0 \(bbbbbbb\)/,
      ),
      expect.stringMatching(/^a\.jsonl:8: must be/),
    ])
    expect((await parseHistory('a.jsonl', '\n')).problems).toEqual([expect.stringMatching(/is empty/)])
  })
})

describe('its series', () => {
  const all = seriesOf({ file: 'a.jsonl', entries })

  it('have their change points, with the medians on both sides', () => {
    expect(all.map(({ scenario, metric }) => `${scenario} ${metric}`)).toEqual([
      'simple throughput',
      'simple cpu',
    ])
    const [change, ...more] = all[0]?.changes ?? []
    expect(more).toEqual([])
    expect(change).toMatchObject({ at: 12, machineChanged: false })
    expect(change?.before).toBeCloseTo(0, 2)
    expect(change?.after).toBeCloseTo(0.05, 2)
    expect(all[1]?.changes).toEqual([])
  })

  it('tell where the machine changed as well', () => {
    const machine = { cpuModel: 'Other CPU', usableCores: 2, node: 'v20.19.0' }
    const moved = entries.map((one, i) => (i < 12 ? one : { ...one, machine }))
    expect(seriesOf({ file: 'a.jsonl', entries: moved })[0]?.changes[0]?.machineChanged).toBe(true)
  })

  it('are drawn for a terminal', () => {
    const text = renderText(historyDoc(all, '0.1.0'))
    expect(text).toMatch(/^Against v1\.2\.0 \(aaaaaaa\), level 0: 24 gates, 2026-03-01 to 2026-03-24$/m)
    expect(text).toMatch(/^simple +throughput +\+5\.\d % .*[▁▂]+.*[▆▇█]/m)
    const sentence = text.replace(/\n {2}/g, ' ')
    expect(sentence).toMatch(
      /^simple, throughput: \+5\.\d % since 2026-03-13 \(13ccccc\), [+−]?0\.\d % before \(p 0\.\d{3}\)$/m,
    )
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(80)
    const short = renderText(historyDoc(seriesOf({ file: 'a.jsonl', entries: entries.slice(0, 4) }), '0.1.0'))
    expect(short).toMatch(/Change points are looked for from 9 gates on/)
  })

  it('are a page without scripts', () => {
    const page = renderDocPage(historyDoc(all, '0.1.0'))
    expect(page).toMatch(
      /<svg[^>]*aria-label="simple, throughput: 24 gates, newest slowdown \+5\.\d %, 1 change points"/,
    )
    expect(page).not.toMatch(/<script|NaN|undefined|style="/)
    expect(page.match(/class="change"/g)).toHaveLength(1)
    // A part before the change, and one behind it.
    expect(page.match(/class="part"/g)).toHaveLength(2)
    const evil = entries.map((one) => ({ ...one, base: { ...one.base, name: '<img src=x>' } }))
    expect(renderDocPage(historyDoc(seriesOf({ file: 'a', entries: evil }), '0.1.0'))).not.toContain('<img')
  })
})

it('draws noise flat and a change as one', () => {
  expect(sparkline([0.001, 0, 0.002])).toMatch(/^[▄▅]{3}$/)
  expect(sparkline([0, 0.1])).toBe('▁█')
})
