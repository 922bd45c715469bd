import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cell, Run } from '../../../src/model/run/run.js'
import { send } from '../../helpers/http-client.js'
import { lackOf, needs } from '../../helpers/needs.js'
import { Sandbox } from '../../helpers/rungs.js'

const lacks = [await lackOf('postgres'), await lackOf('redis')]

let sandbox: Sandbox
beforeAll(() => {
  sandbox = new Sandbox()
})
afterAll(() => {
  expect(sandbox.leftovers()).toEqual([])
  sandbox.remove()
})

/** A PATH with all that a level needs but Redis. */
function pathWithoutRedis(): string {
  const dir = join(sandbox.dir, 'bin')
  mkdirSync(dir)
  for (const name of ['sh', 'id', 'env', 'taskset', 'ps', 'git']) {
    const file = [`/usr/bin/${name}`, `/bin/${name}`].find(existsSync)
    if (file) symlinkSync(file, join(dir, name))
  }
  writeFileSync(join(dir, 'apt-get'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  return dir
}

function filesUnder(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
}

describe('level 3', () => {
  it('is skipped without Redis, with the command that gets it', async () => {
    const PATH = pathWithoutRedis()
    const args = ['run', '--level', '3', '--scenario', 'simple', '--duration', '1', '--json']
    const { code, stdout } = await sandbox.run(args, { PATH })
    expect(code).toBe(2)
    const { cells } = JSON.parse(stdout) as Run
    expect(cells.map(({ outcome }) => outcome)).toEqual([
      {
        state: 'skipped',
        reason: 'no Redis here: REDIS_URL is not set, and none is installed',
        fix: 'apt-get install -y --no-install-recommends redis-server',
      },
    ])
  })

  it('a wrong REDIS_URL is one line, without its password', async () => {
    const REDIS_URL = 'redis://app:s3cret@127.0.0.1:1/0'
    const { code, stdout, stderr } = await sandbox.run(['run', '--level', '3'], { REDIS_URL })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^error: .*REDIS_URL: redis:\/\/app@127\.0\.0\.1:1\/0 cannot be reached.*\n$/)
  })

  it('tells what its queue did, and levels without one skip what needs it', needs(...lacks), async () => {
    const out = join(sandbox.dir, 'reports')
    const args = ['run', '--level', '0,3', '--scenario', 'tasks,report', '--workers', '2', '--json']
    const { stdout, stderr } = await sandbox.run(
      [...args, '--latency', 'off', '--duration', '1', '--warmup', '0.3', '--out', out],
      { BOARD_PASSWORD: 'never in a file of the run' },
    )
    const run = JSON.parse(stdout) as Run
    const outcomeOf = (level: string, scenario: string) => {
      const cell = run.cells.find((one: Cell) => one.level === level && one.scenario === scenario)
      return cell?.outcome as Cell['outcome']
    }
    expect(outcomeOf('0', 'tasks')).toMatchObject({ state: 'skipped' })
    expect(outcomeOf('0', 'report')).toMatchObject({ state: 'completed' })
    for (const scenario of ['tasks', 'report']) {
      const outcome = outcomeOf('3', scenario)
      if (outcome.state !== 'completed') throw new Error(`${JSON.stringify(outcome)}\n${stderr}`)
      const { counts, steps } = outcome.sample
      expect(counts.ok).toBe(counts.sent - counts.unfinished)
      const { queue, timeline, usage } = outcome.server
      expect(queue?.unknown).toBeNull()
      expect(queue?.enqueued).toBeGreaterThan(0)
      expect(queue?.completion.reduce((sum, { count }) => sum + count, 0)).toBe(queue?.done)
      expect(timeline?.series.map(({ what }) => what)).toEqual(
        expect.arrayContaining(['queue-waiting', 'queue-active', 'queue-enqueued', 'queue-done']),
      )
      expect(usage.map(({ name, role }) => `${name} ${role}`)).toEqual(
        expect.arrayContaining(['app web', 'queue queue', 'redis service']),
      )
      // Both looks fall between requests: what the client counted as accepted differs by those under way.
      const accepted = steps[0]?.ok ?? 0
      expect(Math.abs((queue?.enqueued ?? 0) - accepted)).toBeLessThan(Math.max(50, 0.5 * accepted))
    }
    const report = await sandbox.run(['report', '--out', out])
    expect(report.code, report.stderr).toBe(0)
    const html = readFileSync(join(out, 'index.html'), 'utf8')
    expect(html).toMatch(/<h2 id="queue">/)
    expect(html).toMatch(/Queue depth/)
    expect(readFileSync(join(out, 'summary.md'), 'utf8')).toMatch(/\*\*Queue\*\*[\s\S]*tasks\/s enqueued/)
    expect(filesUnder(out).filter((text) => text.includes('never in a file of the run'))).toEqual([])
  })
})

describe('rungs up', () => {
  it(
    'names the dashboard and what opens it, and what one should know of its services',
    needs(...lacks),
    async () => {
      const child = sandbox.start(['up', '--level', '3', '--workers', '1', '--json'])
      let text = ''
      const told = await new Promise<{ url: string; logs: string; dashboards: Record<string, string>[] }>(
        (resolve, reject) => {
          child.stdout?.on('data', (chunk: string) => {
            text += chunk
            if (text.endsWith('}\n')) resolve(JSON.parse(text))
          })
          void child.finished.then(({ stderr }) => reject(new Error(stderr)))
        },
      )
      const [{ url = '', user, password } = {}] = told.dashboards
      expect(new URL(url).hostname).toBe('127.0.0.1')
      const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
      expect((await send(url, '/')).status).toBe(401)
      expect((await send(url, '/', { headers: { authorization } })).status).toBe(200)
      expect(filesUnder(told.logs).filter((log) => log.includes(password ?? '?'))).toEqual([])
      child.kill('SIGINT')
      const { code, stderr } = await child.finished
      expect(code).toBe(130)
      expect(stderr).toMatch(/^postgres: .*\n(?: {2}.*\n)* {2}.*fsync=off/m)
    },
  )
})
