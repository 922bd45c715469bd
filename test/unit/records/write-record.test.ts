import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readRecord } from '../../../src/records/read-record.js'
import { replaceFile } from '../../../src/records/replace-file.js'
import { makeRunFolder, writeRecord } from '../../../src/records/write-record.js'
import { calibration } from '../../helpers/calibration-fixture.js'
import { capacityResult } from '../../helpers/capacity-fixture.js'
import { gateResult } from '../../helpers/gate-fixture.js'
import { smallLadder } from '../../helpers/ladder-fixture.js'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rungs-write-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

it('gives each kind its file, which is read as it was written', async () => {
  const { run, ladder } = smallLadder()
  const records = [run, ladder, capacityResult(), gateResult(), calibration()]
  const files = await Promise.all(records.map((record) => writeRecord(dir, record)))
  expect((await readdir(dir)).sort()).toEqual([
    'calibration.json',
    'capacity.json',
    'gate.json',
    'ladder.json',
    'run.json',
  ])
  for (const [index, file] of files.entries()) {
    expect((await readRecord(file)).record).toEqual(records[index])
  }
})

it('leaves what was there, and nothing beside it, where the new content cannot take its place', async () => {
  const file = join(dir, 'page.html')
  await replaceFile(file, 'old')
  await replaceFile(file, 'new')
  expect(await readFile(file, 'utf8')).toBe('new')
  await mkdir(join(dir, 'folder', 'full'), { recursive: true })
  await expect(replaceFile(join(dir, 'folder'), 'x')).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST/)
  expect((await readdir(dir)).sort()).toEqual(['folder', 'page.html'])
})

it('puts a number behind a folder name that is taken', async () => {
  expect(await makeRunFolder(dir, 'a')).toEqual({ id: 'a', dir: join(dir, 'a') })
  expect(await makeRunFolder(dir, 'a')).toEqual({ id: 'a-2', dir: join(dir, 'a-2') })
  expect(await readdir(join(dir, 'a-2'))).toEqual(['logs'])
})
