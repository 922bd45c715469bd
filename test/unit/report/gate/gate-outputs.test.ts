import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { identicalDecision } from '../../../../src/gate/decision.js'
import type { GateResult } from '../../../../src/model/studies/gate.js'
import { gateAnnotations } from '../../../../src/report/gate/gate-annotations.js'
import { gateDoc } from '../../../../src/report/gate/gate-doc.js'
import { gateBadge, gateBencher, gateSmallerIsBetter } from '../../../../src/report/gate/gate-exports.js'
import { gateMarkdown } from '../../../../src/report/gate/gate-markdown.js'
import { slowdown } from '../../../../src/report/gate/gate-text.js'
import { renderJunit } from '../../../../src/report/render/junit.js'
import { renderText } from '../../../../src/report/render/text.js'
import { gateIdentity, gateResult, gateSettings } from '../../../helpers/gate-fixture.js'
import { broken, passed, regressed, undecided } from './gate-results.js'

/** Compares with a file of test/golden; `UPDATE_GOLDEN=1` writes it instead. */
async function golden(name: string, text: string): Promise<void> {
  const file = new URL(`../../../golden/${name}`, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(file, text)
  expect(text).toBe(await readFile(file, 'utf8'))
}

const gateJunit = (result: GateResult) => renderJunit(gateDoc(result)) ?? ''
const gateTable = (result: GateResult, options: { colour?: boolean } = {}) =>
  `${renderText(gateDoc(result), options)}\n`

const HOSTILE = [
  `<script>alert(1)</script>|\`x\`\u0000\u001b[31m @all ${'long '.repeat(30)}`,
  'a"b\'c&d%0A::error::no\r\n::warning title=x,y:z::w](http://evil.example)',
] as const

const identity = gateIdentity({
  leftOut: { count: 12, sample: ['.github/workflows/ci.yml', 'README.md'] },
  notes: ['rungs.config.json is not what it was: nothing of that is compared'],
})
const identical = gateResult({ identity, decision: identicalDecision(gateSettings(), identity) })
const unmeasured = gateResult({ state: 'failed', finishedAt: null })

describe('the outputs of a gate', () => {
  it.each([
    ['regress', regressed()],
    ['pass', passed()],
    ['inconclusive', undecided()],
    ['broken', broken()],
    ['identical', identical],
  ])('are as before: %s', async (name, result) => {
    await golden(`gate-${name}.md.txt`, gateMarkdown(result))
    await golden(`gate-${name}.table.txt`, gateTable(result))
    await golden(`gate-${name}.junit.txt`, gateJunit(result))
  })

  it('never look green where nothing was measured', () => {
    expect(gateMarkdown(unmeasured)).toContain('## Performance: ⚠️ Not measured')
    expect(gateTable(unmeasured)).toContain('No verdict: nothing was decided.')
    expect(gateJunit(unmeasured)).toContain('tests="1" failures="0" errors="1" skipped="0"')
    expect(gateAnnotations(unmeasured)).toEqual([
      '::warning title=rungs gate::No verdict: nothing was decided.',
    ])
    expect(JSON.parse(gateBadge(unmeasured))).toMatchObject({ message: 'not measured', color: 'lightgrey' })
    expect([gateSmallerIsBetter(unmeasured), gateBencher(unmeasured)]).toEqual(['[]\n', '{}\n'])
  })
})

describe('slowdown', () => {
  it('is signed, and never a negative zero', () => {
    expect([0.05, -0.02, 0, -1e-9, 3].map((share) => slowdown(Math.log1p(share)))).toEqual([
      '+5.0 %',
      '−2.0 %',
      '0.0 %',
      '0.0 %',
      '+300 %',
    ])
    expect(slowdown(null)).toBe('–')
  })
})

describe('the table', () => {
  it('fits 80 columns, whatever the names, and lets none of them move the cursor', () => {
    for (const result of [regressed(), passed(), undecided(), regressed(HOSTILE)]) {
      const lines = gateTable(result).split('\n')
      expect(lines.filter((line) => [...line].length > 80)).toEqual([])
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
      expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
    }
  })

  it('is coloured only when told', () => {
    expect(gateTable(regressed())).not.toContain('\u001b[')
    expect(gateTable(regressed(), { colour: true })).toContain('\u001b[31m')
  })
})

describe('Markdown', () => {
  it('shows hostile names as they are', () => {
    const text = gateMarkdown(regressed(HOSTILE))
    expect(text).not.toContain('<script>')
    expect(text).not.toContain('@all')
    expect(text).not.toMatch(/(?<!\\)[[\]]/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
    const rows = text.split('\n').filter((line) => line.startsWith('| '))
    // Unescaped bars: eight a row, of seven columns.
    expect(rows.map((row) => row.match(/(?<!\\)\|/g)?.length)).toEqual(rows.map(() => 8))
  })

  it('stays within what a comment may hold', () => {
    const result = regressed()
    const decision = result.decision
    if (decision === null) throw new Error('no decision')
    const many = Array.from({ length: 500 }, () => decision.rows).flat()
    const text = gateMarkdown({ ...result, decision: { ...decision, rows: many } })
    expect(text.length).toBeLessThan(65_536)
    expect(text).toContain('2,940 further rows in the result file.')
  })
})

describe('JUnit', () => {
  it('has a case for each scenario and metric and for errors, the undecided ones skipped', () => {
    const text = gateJunit(undecided())
    expect(text).toContain('<testsuite name="rungs gate" tests="3" failures="0" errors="0" skipped="3"')
    expect(gateJunit(regressed())).toContain('tests="8" failures="2" errors="0" skipped="1"')
  })

  it('escapes hostile names', () => {
    const text = gateJunit(regressed(HOSTILE))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
    expect(text).not.toContain('<script>')
    expect(text).toContain('classname="rungs gate.a&quot;b&apos;c&amp;d%0A::error::no&#13;&#10;::warning')
    expect(text.match(/<testcase /g)).toHaveLength(8)
  })
})

describe('annotations', () => {
  it('tell what is slower, and by how much', () => {
    expect(gateAnnotations(regressed())).toEqual([
      expect.stringMatching(
        /^::error title=rungs gate%3A simple%2C throughput::slowdown 7\.9 %25 \(at least \d\.\d %25, at most \d\.\d %25\) after 12 blocks$/,
      ),
      expect.stringMatching(/^::error title=rungs gate%3A simple%2C CPU per request::/),
    ])
    expect(gateAnnotations(passed())).toEqual([
      '::notice title=rungs gate::No slowdown of 5 %25 or more against main: at most 0.8 %25 (simple, throughput).',
    ])
    expect(gateAnnotations(undecided())).toEqual([
      expect.stringMatching(/^::warning title=rungs gate::No verdict: /),
      expect.stringMatching(
        /^::warning title=rungs gate%3A errors::simple: 40 of 25,200 requests of head failed/,
      ),
    ])
  })

  it('are one line each and ten at most', () => {
    const result = regressed(HOSTILE)
    const decision = result.decision
    if (decision === null) throw new Error('no decision')
    const slower = decision.rows.filter((row) => row.verdict === 'regress')
    const many = { ...decision, rows: Array.from({ length: 6 }, () => slower).flat() }
    const lines = gateAnnotations({ ...result, decision: many })
    expect(lines).toHaveLength(10)
    expect(lines.at(-1)).toBe('::warning title=rungs gate::3 more in the summary')
    for (const line of lines) {
      expect(line).not.toMatch(/[\r\n]/)
      expect(line.match(/^::(error|warning) title=[^:,]*::/)).not.toBeNull()
    }
  })
})

describe('figures for other tools', () => {
  it('are ratios that github-action-benchmark takes', () => {
    const entries = JSON.parse(gateSmallerIsBetter(regressed()))
    expect(entries).toHaveLength(5)
    expect(entries[0]).toEqual({
      name: 'simple: throughput',
      unit: 'head ÷ base',
      value: expect.closeTo(1.08, 2),
      range: expect.stringMatching(/^1\.0\d+ – 1\.0\d+$/),
      extra: 'regress, 12 blocks',
    })
  })

  it('are ratios in the format of Bencher', () => {
    const benchmarks = JSON.parse(gateBencher(regressed()))
    expect(Object.keys(benchmarks)).toEqual(['simple', 'db-read'])
    expect(Object.keys(benchmarks.simple)).toEqual(['throughput-ratio', 'cpu-ratio', 'p99-ratio'])
    const { value, lower_value, upper_value } = benchmarks.simple['throughput-ratio']
    expect(lower_value).toBeLessThan(value)
    expect(value).toBeLessThan(upper_value)
    const hostile = gateBencher(regressed(['__proto__', 'constructor']))
    expect(Object.keys(JSON.parse(hostile))).toEqual(['__proto__', 'constructor'])
  })

  it('fit on a badge', () => {
    const badge = (result: ReturnType<typeof passed>) => JSON.parse(gateBadge(result))
    expect(badge(passed())).toEqual({
      schemaVersion: 1,
      label: 'performance',
      message: 'slower by less than 5 %',
      color: 'brightgreen',
    })
    expect(badge(regressed())).toMatchObject({ message: '+7.9 % throughput', color: 'red' })
    expect(badge(undecided())).toMatchObject({ message: 'no verdict', color: 'yellow' })
  })
})
