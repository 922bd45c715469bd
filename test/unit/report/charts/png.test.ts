import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { renderPngs } from '../../../../src/report/charts/png.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { writeReport } from '../../../../src/report/site/write-report.js'
import { mixedRun } from '../../../helpers/mixed-run.js'
import { makeRun } from '../../../helpers/run-fixture.js'

it('draws throughput, latency and speed-up, or says in a line why not', async () => {
  const { images, reason } = await renderPngs(reportModel([mixedRun()]))
  if (reason !== null) {
    expect(images).toEqual([])
    expect(reason).toMatch(/^no PNG charts: [^\n]+$/)
    return
  }
  expect(images.map((image) => image.name)).toEqual(['throughput.png', 'latency.png', 'speedup.png'])
  for (const { data } of images) {
    expect(data.subarray(1, 4).toString()).toBe('PNG')
    expect(data.readUInt32BE(16)).toBe(2160)
  }
}, 30_000)

it('draws nothing where there is no figure', async () => {
  const outcome = { state: 'skipped' as const, reason: 'no', fix: null }
  const model = reportModel([makeRun({ cells: [{ level: '0', scenario: 'simple', outcome }] })])
  expect((await renderPngs(model)).images).toEqual([])
})

it('writes the files of a report, and leaves no other', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'rungs-report-'))
  try {
    const outDir = join(dir, 'new', 'folder')
    const { files, notes } = await writeReport({ runs: [mixedRun()], problems: [], outDir, png: false })
    expect(files).toEqual([join(outDir, 'index.html'), join(outDir, 'summary.md')])
    expect(notes).toEqual([])
    expect((await readdir(outDir)).sort()).toEqual(['index.html', 'summary.md'])
    expect(await readFile(join(outDir, 'index.html'), 'utf8')).toContain('Chart.js v4')
    await expect(
      writeReport({ runs: [], problems: [], outDir: join(outDir, 'index.html'), png: false }),
    ).rejects.toThrow('the report cannot be written there')
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})
