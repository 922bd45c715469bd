import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { Run } from '../../../../src/model/run/run.js'
import { scanRuns } from '../../../../src/records/results.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { runsHtml } from '../../../../src/report/site/html-runs.js'
import { indexEntry, trendsOf } from '../../../../src/report/site/run-index.js'
import { scanForReport } from '../../../../src/report/site/scan-report.js'
import { HOSTILE } from '../../../helpers/mixed-run.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const folders: string[] = []
afterEach(async () => {
  for (const dir of folders.splice(0)) await rm(dir, { recursive: true, force: true })
})

async function folderOf(runs: readonly Run[]): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'rungs-index-'))
  folders.push(dir)
  for (const run of runs) {
    await mkdir(join(dir, run.id))
    await writeFile(join(dir, run.id, 'run.json'), JSON.stringify(run))
  }
  return dir
}

const at = (day: number) => new Date(Date.UTC(2025, 0, 1 + day)).toISOString()
const noisy = { state: 'noisy' as const, evidence: [] }
const skipped = { state: 'skipped' as const, reason: 'no', fix: null }

describe('a scan for the report', () => {
  it('gives the same report as all samples would, whatever the folders are called', async () => {
    const cell = fc.record({
      level: fc.constantFrom('0', '1'),
      scenario: fc.constantFrom('a', 'b'),
      completes: fc.boolean(),
    })
    const run = fc.record({
      day: fc.nat(5),
      cells: fc.uniqueArray(cell, { minLength: 1, maxLength: 4, selector: (c) => c.level + c.scenario }),
      cpuModel: fc.constantFrom('one', 'one', 'other'),
      connections: fc.constantFrom(32, 32, 8),
    })
    // The middle one, of another machine, is read first, and makes the oldest look like one that no report shows.
    const outOfOrder = [
      { day: 2, completes: false, cpuModel: 'one' },
      { day: 0, completes: true, cpuModel: 'one' },
      { day: 1, completes: false, cpuModel: 'other' },
    ].map(({ completes, ...rest }) => ({
      ...rest,
      cells: [{ level: '0', scenario: 'a', completes }],
      connections: 32,
    }))
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(run, { minLength: 1, maxLength: 5, selector: (r) => r.day }),
        async (specs) => {
          const runs = specs.map(({ day, cells, cpuModel, connections }, index) => {
            const made = makeRun({
              id: `run-${index}`,
              startedAt: at(day),
              machine: { cpuModel },
              durationSeconds: 2,
              cells: cells.map(({ completes, ...where }) =>
                completes
                  ? { ...where, throughput: 100 + day, latenciesUs: [1_000] }
                  : { ...where, outcome: skipped },
              ),
            })
            for (const scenario of made.scenarios) scenario.connections = connections
            return made
          })
          const dir = await folderOf(runs)
          const [all, lean] = [await scanRuns(dir), await scanForReport(dir)]
          expect(reportModel(lean.runs)).toEqual(reportModel(all.runs))
        },
      ),
      { numRuns: 30, examples: [[outOfOrder]] },
    )
  })

  it('keeps no samples of what a newer run measured again', async () => {
    const cells = [{ level: '0', scenario: 'a', throughput: 10 }]
    const dir = await folderOf([1, 2, 3].map((day) => makeRun({ id: `r${day}`, startedAt: at(day), cells })))
    const { runs, index } = await scanForReport(dir)
    const kept = runs.map(
      ({ cells: [first] }) => first?.outcome.state === 'completed' && first.outcome.sample.histogram !== '',
    )
    expect(kept).toEqual([false, false, true])
    expect(index).toHaveLength(3)
  })
})

describe('trends', () => {
  const runOf = (day: number, throughput: number, more: object = {}) =>
    makeRun({
      id: `r${day}`,
      startedAt: at(day),
      cells: [{ level: '0', scenario: 'a', throughput, ...more }],
    })

  it('go from the oldest run to the newest, against the last valid one and the usual', () => {
    const entries = [runOf(3, 120), runOf(1, 100), runOf(2, 1, { validity: noisy }), runOf(0, 80)].map(
      indexEntry,
    )
    const [trend] = trendsOf(entries)
    expect(trend?.points.map(({ run }) => run)).toEqual(['r0', 'r1', 'r2', 'r3'])
    expect(trend).toMatchObject({ usual: 90, change: 1.2 })
  })

  it('leave out runs of other machines, and cells under another load', () => {
    const other = { ...runOf(1, 100), machine: { ...runOf(1, 100).machine, cpuModel: 'other' } }
    const loaded = runOf(2, 100)
    for (const scenario of loaded.scenarios) scenario.connections = 8
    const [trend] = trendsOf([runOf(0, 50), other, loaded, runOf(3, 100)].map(indexEntry))
    expect(trend?.points.map(({ run }) => run)).toEqual(['r0', 'r3'])
    expect(trend?.change).toBe(2)
  })

  it('give no change to what is not valid', () => {
    expect(trendsOf([runOf(0, 50), runOf(1, 100, { validity: noisy })].map(indexEntry))[0]?.change).toBeNull()
    expect(trendsOf([])).toEqual([])
  })

  it('are a page that keeps hostile names text', () => {
    const cells = [{ level: '0', scenario: HOSTILE, throughput: 10 }]
    const page = runsHtml([indexEntry(makeRun({ cells })), indexEntry(makeRun({ startedAt: at(1), cells }))])
    expect(page).not.toContain('<img')
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).toContain('<h1>2 runs</h1>')
  })
})
