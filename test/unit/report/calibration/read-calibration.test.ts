import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readCalibration } from '../../../../src/report/calibration/read-calibration.js'
import { calibration } from '../../../helpers/calibration-fixture.js'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'rungs-calibration-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const write = (text: string) => writeFileSync(join(dir, 'calibration.json'), text)

it('is null without a problem where there was no calibration', async () => {
  const none = { calibration: null, problem: null }
  expect(await readCalibration(dir)).toEqual(none)
  expect(await readCalibration(join(dir, 'nowhere'))).toEqual(none)
})

it('gives what was written', async () => {
  write(JSON.stringify(calibration()))
  expect(await readCalibration(dir)).toEqual({ calibration: calibration(), problem: null })
})

it.each([
  ['', 'is empty'],
  ['{"schemaVersion": 1,\n\n', 'is cut off or not JSON'],
  ['[]', 'is not a rungs calibration'],
  ['{"schemaVersion": 1}', 'is not a rungs calibration'],
  [JSON.stringify({ ...calibration(), verdict: 'perfect' }), 'is not a rungs calibration'],
  [JSON.stringify({ ...calibration(), schemaVersion: 2 }), 'was written by a newer rungs'],
])('says in one line what is wrong with %j, and what to do', async (text, problem) => {
  write(text)
  const read = await readCalibration(dir)
  expect(read.calibration).toBeNull()
  expect(read.problem).toContain(`${join(dir, 'calibration.json')}: ${problem}`)
  expect(read.problem).toMatch(/^left out: [^\n]*; calibrate again \(rungs calibrate\), or remove the file$/)
})

it('says what keeps it from reading', async () => {
  rmSync(join(dir, 'calibration.json'))
  mkdirSync(join(dir, 'calibration.json'))
  expect((await readCalibration(dir)).problem).toContain('cannot be read: EISDIR')
})
