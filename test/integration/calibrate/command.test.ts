import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixtures } from '../../../src/calibrate/fixtures.js'
import { sumOfOutcomes } from '../../../src/calibrate/verdict.js'
import { newLeaseId, tempDirName } from '../../../src/launch/lease-file.js'
import { Calibration } from '../../../src/model/calibration.js'
import { problemsOf } from '../../../src/model/validate.js'
import { Sandbox } from '../../helpers/rungs.js'

let sandbox: Sandbox
beforeAll(() => {
  sandbox = new Sandbox()
})
afterAll(() => sandbox.remove())

const resultFile = () => join(sandbox.dir, 'reports', 'calibration.json')

it('measures every fixture, loses no request, and keeps the result', async () => {
  const { code, stdout, stderr } = await sandbox.run(['calibrate', '--quick', '--json'])
  // Whether this machine keeps within tolerance at this moment is not for a test to say.
  expect([0, 3], stderr).toContain(code)
  const printed = JSON.parse(stdout) as Calibration
  expect(problemsOf(Calibration, printed)).toEqual([])
  expect(JSON.parse(readFileSync(resultFile(), 'utf8'))).toEqual(printed)
  expect(printed.fixtures.map(({ name }) => name)).toEqual(fixtures({ quick: true }).map(({ name }) => name))
  for (const { name, measurements } of printed.fixtures) {
    for (const { scheduled, unsent, counts, server } of measurements) {
      expect(counts.sent + unsent, name).toBe(scheduled)
      expect(sumOfOutcomes(counts), name).toBe(counts.sent)
      expect(counts.sent - server.requests, name).toBeGreaterThanOrEqual(0)
      expect(counts.sent - server.requests, name).toBeLessThanOrEqual(counts.unfinished)
    }
  }
})

it('prints a table of at most 80 columns, with what other tools say of the same server', async () => {
  const { code, stdout, stderr } = await sandbox.run([
    ...['calibrate', '--quick', '--fixture', 'fixed-10,fin', '--peers', '1'],
  ])
  expect([0, 3], stderr).toContain(code)
  expect(stdout).toMatch(/^ +200 +p50 +\d+\.\d{3} +\d+\.\d{3} /m)
  expect(stdout).toMatch(/^200\/s: 100 scheduled = .*ok.*; server: 100 requests/m)
  expect(stdout).toMatch(/^autocannon, closed loop, 10 connections: p50 \d/m)
  for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80)
})

it('refuses what it cannot do in one line each', async () => {
  const wrong = await sandbox.run(['calibrate', '--rates', 'fast', '--duration', '0'])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr.trim().split('\n')).toHaveLength(2)
  const unknown = await sandbox.run(['calibrate', '--fixture', 'hang'])
  expect(unknown.code).toBe(2)
  expect(unknown.stderr).toContain("did you mean 'hung'?")
})

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('leaves nothing after %s', async (name) => {
  const before = existsSync(resultFile()) ? readFileSync(resultFile(), 'utf8') : null
  const child = sandbox.start(['calibrate', '--fixture', 'fixed-10', '--duration', '60'])
  await new Promise<void>((resolve) => {
    child.stderr?.on('data', (text: string) => {
      if (text.includes('fixed-10 at')) resolve()
    })
  })
  child.kill(name)
  const { code, signal } = await child.finished
  if (name === 'SIGKILL') expect(signal).toBe('SIGKILL')
  else expect(code).toBe(130)
  const doctor = await sandbox.run(['doctor', '--json'])
  expect(doctor.code, doctor.stderr).toBe(0)
  expect(sandbox.leftovers()).toEqual([])
  const prefix = tempDirName(newLeaseId(child.pid as number)).slice(0, -10)
  expect(readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))).toEqual([])
  expect(existsSync(resultFile()) ? readFileSync(resultFile(), 'utf8') : null).toBe(before)
})
