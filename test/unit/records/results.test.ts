import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KINDS } from '../../../src/records/kinds.js'
import { findRecord, listRecords } from '../../../src/records/results.js'
import { writeRecord } from '../../../src/records/write-record.js'
import { capacityResult } from '../../helpers/capacity-fixture.js'
import { makeRun } from '../../helpers/run-fixture.js'
import { asStored, passed } from '../report/gate/gate-results.js'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rungs-results-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function put(name: string, text: string): Promise<void> {
  await mkdir(join(dir, dirname(name)), { recursive: true })
  await writeFile(join(dir, name), text)
}

async function keep(folder: string, record: Parameters<typeof writeRecord>[1]): Promise<string> {
  await mkdir(join(dir, folder), { recursive: true })
  return await writeRecord(join(dir, folder), record)
}

const run = makeRun({ id: 'a-run', cells: [{ level: '0', scenario: 'simple', throughput: 10 }] })
const older = { ...asStored(passed()), id: 'older', startedAt: '2026-01-01T00:00:00.000Z' }
const newer = { ...asStored(passed()), id: 'newer', startedAt: '2026-02-01T00:00:00.000Z' }

describe('the records of a kind in a results folder', () => {
  it('are listed, the newest first, whatever their folders are called', async () => {
    await keep('zz', older)
    await keep('nightly', newer)
    await keep('results-gate', run)
    await put('of-ladder/run.json/x', '')
    await put('other-gate/2026-01-31/gate.html', '')
    await put('index.html', '')
    const { found, problems } = await listRecords(KINDS.gate, dir)
    expect(found.map(({ dir: folder, record }) => [folder, record.id])).toEqual([
      [join(dir, 'nightly'), 'newer'],
      [join(dir, 'zz'), 'older'],
    ])
    expect(problems).toEqual([])
  })

  it('leave out what cannot be used, and tell it in the order of the folders', async () => {
    await put('b/gate.json', '{')
    await put('a/gate.json', '')
    await keep('c', newer)
    const { found, problems } = await listRecords(KINDS.gate, dir)
    expect(found).toHaveLength(1)
    expect(problems).toEqual([
      expect.stringContaining(`left out: ${join(dir, 'a/gate.json')}: is empty`),
      expect.stringContaining(`left out: ${join(dir, 'b/gate.json')}: is cut off`),
    ])
  })

  it('are none where there is no folder', async () => {
    expect(await listRecords(KINDS.gate, join(dir, 'nowhere'))).toEqual({ found: [], problems: [] })
  })
})

describe('a record that is named', () => {
  it('is that of the first place that has one, a file or a folder', async () => {
    const file = await keep('nightly', newer)
    await keep('zz', older)
    const places = [join(dir, 'nowhere'), join(dir, 'nightly'), join(dir, 'zz')]
    expect(await findRecord(KINDS.gate, places)).toMatchObject({ file, dir: join(dir, 'nightly') })
    expect((await findRecord(KINDS.gate, [file]))?.record.id).toBe('newer')
    expect(await findRecord(KINDS.gate, [join(dir, 'nowhere')])).toBeNull()
  })

  it('is told to be of another kind where it is', async () => {
    await keep('nightly', newer)
    await keep('search', capacityResult())
    const problem = (folder: string) => findRecord(KINDS.run, [folder, join(dir, folder)])
    await expect(problem('nightly')).rejects.toThrow(
      /nightly: holds a gate, not a run; give the folder of a run$/,
    )
    await expect(problem('search')).rejects.toThrow(/search: holds a capacity search, not a run/)
  })
})
