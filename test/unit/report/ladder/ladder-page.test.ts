import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ladderResult } from '../../../../src/ladder/ladder-result.js'
import { escapeMarkdown } from '../../../../src/markup/markdown.js'
import { reportModel } from '../../../../src/report/findings/report-model.js'
import { ladderCharts } from '../../../../src/report/ladder/ladder-charts.js'
import { ladderDoc } from '../../../../src/report/ladder/ladder-doc.js'
import { adviseLine, ladderAnswer, noteOf } from '../../../../src/report/ladder/ladder-words.js'
import { newestLadder, readLadder } from '../../../../src/report/ladder/read-ladders.js'
import { renderDocPage } from '../../../../src/report/render/html.js'
import { renderJunit } from '../../../../src/report/render/junit.js'
import { renderMarkdown } from '../../../../src/report/render/markdown.js'
import { renderText } from '../../../../src/report/render/text.js'
import { renderHtml } from '../../../../src/report/site/html.js'
import { smallLadder } from '../../../helpers/ladder-fixture.js'

/** Compares with a file of test/golden; `UPDATE_GOLDEN=1` writes it instead. */
async function golden(name: string, text: string): Promise<void> {
  const file = new URL(`../../../golden/${name}`, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(file, text)
  expect(text).toBe(await readFile(file, 'utf8'))
}

const { run, ladder } = smallLadder()
const result = ladderResult(run, ladder)

describe('a ladder told', () => {
  it('fits 80 columns, and is the same every time', async () => {
    const text = `${renderText(ladderDoc(result))}\n`
    expect(text.split('\n').filter((line) => [...line].length > 80)).toEqual([])
    await golden('climb.table.txt', text)
  })

  it('is one page without scripts', async () => {
    const page = renderDocPage(ladderDoc(result))
    expect(page).not.toContain('<script')
    await golden('climb.html', page)
  })

  it('has no word of claims where a file holds none, as those of before they were kept', () => {
    const { claims: _, ...former } = ladder
    const told = ladderDoc(ladderResult(run, former))
    expect(renderDocPage(told)).not.toMatch(/claim/i)
    expect(renderText(told)).not.toMatch(/claim/i)
    expect(renderJunit(told)).toBeNull()
  })

  it('is Markdown: the answer, the claims, every level under every scenario', () => {
    const text = renderMarkdown(ladderDoc(result))
    expect(text.startsWith(`# ${escapeMarkdown(ladderAnswer(result))}\n`)).toBe(true)
    expect(text).toContain('## What the guides claim')
    const rows = text.split('\n').filter((line) => /^\| 0 single/.test(line))
    expect(rows.length).toBeGreaterThan(1)
  })

  it('draws measured workers solid and the law dashed, as far as people ask', () => {
    const [chart] = ladderCharts(result).growth
    if (chart?.kind !== 'lines') throw new Error('no lines')
    expect(chart.title).toContain('each worker 0.1 of a core')
    expect(chart.lines.map(({ label, dashed }) => [label, dashed === true])).toEqual([
      ['ideal', false],
      ['1 cluster', false],
      ['1 cluster, fitted law', true],
    ])
    expect(chart.lines.at(-1)?.points.at(-1)?.[0]).toBe(64)
  })

  it('is linked from the report of its folder, with its answer', () => {
    const page = renderHtml(reportModel([]), '', { ladder: result })
    expect(page).toContain(`<a href="ladder.html">${ladderAnswer(result)}</a>`)
  })

  it('says where a gain is more than workers can give', () => {
    const [cell] = result.cells.filter(({ efficiency }) => efficiency !== null)
    const grown = (low: number) => ({ ...cell!, efficiency: { ...cell!.efficiency!, low } })
    expect(noteOf(grown(0.99))).toEqual(noteOf(cell!))
    expect(noteOf(grown(1.01)).at(-1)).toMatch(/gained more than its workers alone can give/)
  })

  it('ends with a question that can be typed', () => {
    expect(adviseLine(result, 'reports')).toBe(
      "rungs advise --target '200/s p99<200ms' --need crash-restart,zero-downtime --scenario simple",
    )
  })
})

describe('a ladder’s files', () => {
  let dir: string
  const keep = async (name: string, files: Readonly<Record<string, string>>) => {
    await mkdir(join(dir, name))
    for (const [file, text] of Object.entries(files)) await writeFile(join(dir, name, file), text)
  }
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'rungs-ladder-'))
    const files = { 'run.json': JSON.stringify(run), 'ladder.json': JSON.stringify(ladder) }
    await keep('2026-01-31T09-05-07-ladder', files)
    await keep('2026-02-01T09-05-07-ladder', { ...files, 'ladder.json': '{' })
    await keep('2026-02-02T09-05-07-ladder', { 'ladder.json': JSON.stringify(ladder) })
  })
  afterAll(() => rm(dir, { recursive: true, force: true }))

  it('give the same result again', async () => {
    const name = '2026-01-31T09-05-07-ladder'
    const read = await readLadder(name, [join(dir, 'nowhere'), join(dir, name)])
    expect(read.dir).toBe(join(dir, name))
    expect(renderText(ladderDoc(read.ladder))).toBe(renderText(ladderDoc(result)))
  })

  it('of the newest that can be used are found, and the others told', async () => {
    const { ladder: newest, problems } = await newestLadder(dir)
    expect(newest?.id).toBe(result.id)
    expect(problems).toEqual([
      expect.stringMatching(/02-01.*ladder.json: is cut off/) as string,
      expect.stringMatching(/02-02.*no such run/) as string,
    ])
  })

  it('that are not there are a mistake of one line', async () => {
    await expect(readLadder('none', [join(dir, 'none')])).rejects.toThrow(/none: there is no ladder.json/)
  })
})
