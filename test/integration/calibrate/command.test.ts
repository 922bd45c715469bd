import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtures } from '../../../src/calibrate/fixtures.js'
import { sumOfOutcomes } from '../../../src/calibrate/verdict.js'
import { newLeaseId, tempDirName } from '../../../src/launch/lease/lease-file.js'
import { problemsOf } from '../../../src/model/schema/validate.js'
import { Calibration } from '../../../src/model/studies/calibration.js'
import { calibration } from '../../helpers/calibration-fixture.js'
import { makeRun } from '../../helpers/run-fixture.js'
import { Sandbox } from '../../helpers/rungs.js'

let sandbox: Sandbox
beforeAll(() => {
  sandbox = new Sandbox()
})
afterAll(() => sandbox.remove())

/** Of the newest calibration. */
function resultFile(): string {
  const reports = join(sandbox.dir, 'reports')
  const newest = readdirSync(reports).sort().at(-1) ?? ''
  return join(reports, newest, 'calibration.json')
}

it('measures every fixture, loses no request, and keeps the result', async () => {
  const { code, stdout, stderr } = await sandbox.run(['calibrate', '--quick', '--duration', '0.3', '--json'])
  const printed = JSON.parse(stdout) as Calibration
  // Whether this machine keeps within tolerance at this moment is not for a test to say.
  expect(code, stderr).toBe(printed.verdict === 'within' ? 0 : 3)
  expect(problemsOf(Calibration, printed)).toEqual([])
  expect(JSON.parse(readFileSync(resultFile(), 'utf8'))).toEqual(printed)
  expect(printed.fixtures.map(({ name }) => name)).toEqual(fixtures({ quick: true }).map(({ name }) => name))
  for (const { name, measurements } of printed.fixtures) {
    for (const { rate, seconds, scheduled, unsent, counts, server } of measurements) {
      expect(scheduled, name).toBe(rate * seconds)
      expect(counts.sent + unsent, name).toBe(scheduled)
      expect(sumOfOutcomes(counts), name).toBe(counts.sent)
      // What was given up, or under way at the end, may or may not have reached the server, and been answered there.
      const givenUp = counts.unfinished + counts.timeout
      const agreed = [
        [server.requests, counts.sent - givenUp, counts.sent],
        [server.answered, counts.ok, counts.ok + givenUp],
        [server.dropped, counts.connectionError, counts.connectionError + givenUp],
        [server.hung, 0, givenUp],
      ] as const
      for (const [there, least, most] of agreed) {
        expect(there, name).toBeGreaterThanOrEqual(least)
        expect(there, name).toBeLessThanOrEqual(most)
      }
    }
  }
})

it('asks more of the generator than it can do: never within, with exit code 3', async () => {
  const { code, stdout, stderr } = await sandbox.run([
    ...['calibrate', '--quick', '--fixture', 'fixed-1', '--rates', '100000', '--duration', '0.3', '--json'],
  ])
  expect(code, stderr).toBe(3)
  const { verdict, fixtures: measured } = JSON.parse(stdout) as Calibration
  // Whether a machine that others keep busy is to blame as well is not for a test to say.
  expect(['outside', 'not-judged']).toContain(verdict)
  expect(measured[0]?.measurements[0]).toMatchObject({ scheduled: 30_000, verdict })
})

describe('beside other tools', () => {
  let stdout: string
  beforeAll(async () => {
    const bin = join(sandbox.dir, 'bin')
    mkdirSync(bin)
    symlinkSync(process.execPath, join(bin, 'node'))
    const args = ['calibrate', '--quick', '--fixture', 'fixed-10,fin', '--peers', '1']
    const finished = await sandbox.run(args, { PATH: bin })
    expect([0, 3], finished.stderr).toContain(finished.code)
    stdout = finished.stdout
  })

  it('goes on without wrk, and tells that it is missing', () => {
    const { fixtures: measured } = JSON.parse(readFileSync(resultFile(), 'utf8')) as Calibration
    expect(measured[0]?.peers).toMatchObject([
      { tool: 'autocannon', state: 'measured' },
      { tool: 'wrk', state: 'not-installed', reason: 'wrk is not on the PATH' },
    ])
  })

  it('prints a table of at most 80 columns, with what they say of the same server', () => {
    expect(stdout).toMatch(/^ +200 +p50 +\d+\.\d{3} +\d+\.\d{3} /m)
    expect(stdout).toMatch(/^200\/s: 100 scheduled = .*ok.*; server: \d+ requests/m)
    expect(stdout).toMatch(/^autocannon, closed loop, 10 connections: p50 \d/m)
    for (const line of stdout.split('\n')) expect([...line].length).toBeLessThanOrEqual(80)
  })
})

it('is shown by a report; one that is broken is left out of it, told in a line, with exit code 2', async () => {
  const run = makeRun({ cells: [{ level: '0', scenario: 'simple', throughput: 100, latenciesUs: [1_000] }] })
  const reports = join(sandbox.dir, 'reported')
  mkdirSync(join(reports, run.id), { recursive: true })
  writeFileSync(join(reports, run.id, 'run.json'), JSON.stringify(run))
  const report = () => sandbox.run(['report', '--out', reports, '--quiet'])
  writeFileSync(join(reports, 'calibration.json'), JSON.stringify(calibration()))
  const shown = await report()
  expect(shown, shown.stderr).toMatchObject({ code: 0, stderr: '' })
  expect(readFileSync(join(reports, 'summary.md'), 'utf8')).toContain('OUTSIDE tolerance')
  writeFileSync(join(reports, 'calibration.json'), '{"schemaVersion": 1,\n "tool"')
  const broken = await report()
  expect(broken.code).toBe(2)
  expect(broken.stderr.trim().split('\n')).toHaveLength(1)
  expect(broken.stderr).toContain('calibration.json: is cut off or not JSON')
  const summary = readFileSync(join(reports, 'summary.md'), 'utf8')
  expect(summary).toContain('is cut off or not JSON')
  expect(summary).not.toContain('OUTSIDE')
})

it('refuses what it cannot do in one line each', async () => {
  const wrong = await sandbox.run(['calibrate', '--rates', 'fast', '--duration', '0'])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr.trim().split('\n')).toHaveLength(2)
  const unknown = await sandbox.run(['calibrate', '--fixture', 'hang'])
  expect(unknown.code).toBe(2)
  expect(unknown.stderr).toContain("did you mean 'hung'?")
})

describe.concurrent('interrupted', () => {
  const signals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const
  it.for(signals)(
    'by %s, it leaves nothing running, and earlier results as they were',
    async (name, { onTestFinished }) => {
      const own = new Sandbox()
      onTestFinished(() => own.remove())
      const kept = join(own.dir, 'reports', 'calibration.json')
      mkdirSync(join(own.dir, 'reports'))
      writeFileSync(kept, 'of an earlier calibration')
      const child = own.start(['calibrate', '--fixture', 'fixed-10', '--duration', '60'])
      await new Promise<void>((resolve) => {
        child.stderr?.on('data', (text: string) => {
          if (text.includes('fixed-10 at')) resolve()
        })
      })
      child.kill(name)
      const { code, signal, stdout } = await child.finished
      if (name === 'SIGKILL') expect(signal).toBe('SIGKILL')
      else {
        expect(code).toBe(130)
        expect(stdout).toMatch(/rungs calibrate --resume reports\S+-calibration goes on from here/)
      }
      const doctor = await own.run(['doctor', '--json'])
      expect(doctor.code, doctor.stderr).toBe(0)
      expect(own.leftovers()).toEqual([])
      const prefix = tempDirName(newLeaseId(child.pid as number)).slice(0, -10)
      expect(readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))).toEqual([])
      expect(readFileSync(kept, 'utf8')).toBe('of an earlier calibration')
    },
  )
})
