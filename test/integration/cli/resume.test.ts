import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { problemsOf } from '../../../src/model/schema/validate.js'
import { KINDS, type RecordKind, type RecordOf } from '../../../src/records/kinds.js'
import { Sandbox } from '../../helpers/rungs.js'

const SERVER = resolve(import.meta.dirname, '../tune/server.mjs')
const SHORT = ['--duration', '0.5', '--warmup', '0.2', '--affinity', 'off']

let sandbox: Sandbox

beforeEach(() => {
  sandbox = new Sandbox()
  const level = (number: number) => ({
    ...{ number, name: `tiny-${number}`, title: 'Tiny' },
    processes: [{ name: 'app', role: 'web', command: 'node', args: [SERVER] }],
    ready: { path: '/' },
  })
  const scenario = (name: string) => ({
    name,
    title: 'Ping',
    steps: [{ path: '/', expect: { status: 200 } }],
  })
  const config = { levels: [level(7), level(8)], scenarios: [scenario('ping'), scenario('pong')] }
  writeFileSync(join(sandbox.dir, 'rungs.config.json'), JSON.stringify(config))
})

afterEach(() => {
  expect(sandbox.leftovers()).toEqual([])
  sandbox.remove()
})

function kept<K extends RecordKind>(kind: K): RecordOf<K> {
  const folders = readdirSync(join(sandbox.dir, 'reports'))
  expect(folders).toHaveLength(1)
  const { file, schema } = KINDS[kind]
  const value: unknown = JSON.parse(readFileSync(join(sandbox.dir, 'reports', folders[0]!, file), 'utf8'))
  expect(problemsOf(schema, value)).toEqual([])
  return value as RecordOf<K>
}

/** Ends a command as soon as it has told something so many times. */
async function endedAt(told: RegExp, times: number, signal: NodeJS.Signals, args: readonly string[]) {
  const child = sandbox.start(args)
  let stderr = ''
  child.stderr?.on('data', (text: string) => {
    stderr += text
    if ((stderr.match(told)?.length ?? 0) >= times) child.kill(signal)
  })
  return await child.finished
}

it('goes on with a run, by what its folder holds alone', async () => {
  const asked = ['--level', '7,8', '--scenario', 'ping,pong', '--latency', 'off', ...SHORT]
  // Killed, so that nothing can be put in order.
  const first = await endedAt(/^\[\d\/4\] level/gm, 2, 'SIGKILL', ['run', ...asked])
  expect(first.signal, first.stderr).toBe('SIGKILL')
  const before = kept('run')
  expect(before.state).toBe('running')
  expect(before.cells.length).toBeGreaterThanOrEqual(2)

  const other = await sandbox.run(['run', '--resume', '--duration', '1', '--level', '7'])
  expect(other.code).toBe(2)
  expect(other.stderr).toContain(
    `run ${before.id}: durationSeconds was 0.5, now 1; keep it, or start a new run`,
  )
  expect(other.stderr).toMatch(/level 8 name was tiny-8, now none/)
  expect(kept('run')).toEqual(before)

  const { stderr } = await sandbox.run(['run', '--resume', join('reports', before.id)])
  const { state, cells, plan, settings, warnings } = kept('run')
  expect(state, stderr).toBe('completed')
  const measured = (all: typeof cells) => all.map(({ startedAt, finishedAt }) => [startedAt, finishedAt])
  expect(measured(cells).slice(0, before.cells.length)).toEqual(measured(before.cells))
  const key = ({ level, scenario, repeat }: { level: string; scenario: string; repeat: number }) =>
    `${level} ${scenario} ${repeat}`
  expect(cells.map(key)).toEqual(plan.map(key))
  expect(settings).toEqual(before.settings)
  expect(warnings.filter((text) => text.startsWith('resumed at '))).toHaveLength(1)

  const again = await sandbox.run(['run', '--resume'])
  expect(again.code).toBe(2)
  expect(again.stderr).toContain(`run ${before.id} is completed`)
})

it('goes on with a ladder: its rates and the cells of before stand', async () => {
  const asked = ['--level', '7,8', '--scenario', 'ping', '--repeats', '1', ...SHORT]
  const first = await endedAt(/^\[\d\/2\] level/gm, 1, 'SIGINT', ['ladder', ...asked])
  expect(first.code, first.stderr).toBe(130)
  const before = { ladder: kept('ladder'), run: kept('run') }
  expect(first.stdout).toContain(`rungs ladder --resume ${join('reports', before.run.id)} goes on from here`)
  expect(before.ladder.state).toBe('interrupted')

  const { stderr } = await sandbox.run(['ladder', '--resume'])
  const { ladder, run } = { ladder: kept('ladder'), run: kept('run') }
  expect([ladder.state, run.state], stderr).toEqual(['completed', 'completed'])
  expect(ladder.rates).toEqual(before.ladder.rates)
  expect(ladder.boots.length).toBeGreaterThan(before.ladder.boots.length)
  expect(run.cells).toHaveLength(2)
  expect(run.cells[0]?.startedAt).toBe(before.run.cells[0]?.startedAt)
})

it('goes on with a search', async () => {
  const range = ['--slo', 'p95<50ms', '--probes', '3', '--lowest', '150', '--highest', '200']
  const asked = ['--level', '7', '--scenario', 'ping', ...range, ...SHORT]
  const first = await endedAt(/^1\. /gm, 1, 'SIGINT', ['capacity', ...asked])
  expect(first.code, first.stderr).toBe(130)
  const before = kept('capacity')
  const { stderr } = await sandbox.run(['capacity', '--resume'])
  const { state, probes, search } = kept('capacity')
  expect(state, stderr).toBe('completed')
  expect(probes.slice(0, before.probes.length)).toEqual(before.probes)
  expect(search).toEqual(before.search)
})

it('goes on with a tuning', async () => {
  const asked = ['--level', '8', '--scenario', 'ping', ...SHORT]
  const config = JSON.parse(readFileSync(join(sandbox.dir, 'rungs.config.json'), 'utf8'))
  for (const level of config.levels) level.workers = 'auto'
  writeFileSync(join(sandbox.dir, 'rungs.config.json'), JSON.stringify(config))
  const interrupted = (args: string[]) => endedAt(/^round 1,/gm, 1, 'SIGINT', ['tune', ...args])
  const first = await interrupted([...asked, '--workers', '1,2'])
  expect(first.code, first.stderr).toBe(130)
  const before = kept('tune')
  // Once more, since a tuning takes minutes to its end.
  const second = await interrupted(['--resume'])
  expect(second.code, second.stderr).toBe(130)
  const { measurements } = kept('tune')
  expect(measurements.length).toBeGreaterThan(before.measurements.length)
  expect(measurements.slice(0, before.measurements.length)).toEqual(before.measurements)
})

it('goes on with a calibration', async () => {
  const load = ['--rates', '200,300', '--duration', '0.3', '--repeats', '2', '--peers', '0']
  const asked = ['--fixture', 'fixed-1', ...load, '--affinity', 'off']
  const first = await endedAt(/^fixed-1 at /gm, 2, 'SIGINT', ['calibrate', ...asked])
  expect(first.code, first.stderr).toBe(130)
  const before = kept('calibrate')
  expect([before.state, before.verdict]).toEqual(['interrupted', 'not-judged'])
  const other = await sandbox.run(['calibrate', '--resume', '--repeats', '1'])
  expect(other.stderr).toContain(
    `calibration ${before.id}: repeats was 2, now 1; keep it, or start a new calibration`,
  )
  const { stderr } = await sandbox.run(['calibrate', '--resume'])
  const { state, readings = [], fixtures, seed } = kept('calibrate')
  expect(state, stderr).toBe('completed')
  expect(readings.slice(0, before.readings?.length)).toEqual(before.readings)
  expect(readings.map(({ rate }) => rate)).toEqual([200, 300, 200, 300])
  expect(fixtures.map(({ measurements }) => measurements.map(({ rate }) => rate))).toEqual([[200, 300]])
  expect(seed).toBe(before.seed)
})
