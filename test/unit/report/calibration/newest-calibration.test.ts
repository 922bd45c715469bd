import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Calibration } from '../../../../src/model/studies/calibration.js'
import { newestCalibration } from '../../../../src/report/calibration/newest-calibration.js'
import { calibration } from '../../../helpers/calibration-fixture.js'

async function folder() {
  const dir = await mkdtemp(join(tmpdir(), 'rungs-calibrations-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const put = async (place: string, content: Partial<Calibration> | string) => {
    await mkdir(join(dir, place), { recursive: true })
    const text = typeof content === 'string' ? content : JSON.stringify({ ...calibration(), ...content })
    await writeFile(join(dir, place, 'calibration.json'), text)
  }
  return { dir, put }
}

const at = (day: number) => ({ id: `day-${day}`, startedAt: `2026-01-0${day}T00:00:00.000Z` })

it('is the newest completed one, whichever lies where', async () => {
  const { dir, put } = await folder()
  expect(await newestCalibration(dir)).toEqual({ record: null, problems: [] })
  await put('', at(2))
  await put('a', at(1))
  expect((await newestCalibration(dir)).record?.id).toBe('day-2')
  await put('b', at(3))
  await put('c', { ...at(4), state: 'interrupted', verdict: 'not-judged' })
  expect((await newestCalibration(dir)).record?.id).toBe('day-3')
})

it('tells each that cannot be used, and goes on with the others', async () => {
  const { dir, put } = await folder()
  await put('a', at(1))
  await put('b', '{')
  await put('', '')
  const { record, problems } = await newestCalibration(dir)
  expect(record?.id).toBe('day-1')
  expect(problems).toEqual([
    expect.stringMatching(/^left out: .*b.calibration\.json: is cut off or not JSON/),
    expect.stringMatching(/^left out: .*calibration\.json: is empty/),
  ])
})
