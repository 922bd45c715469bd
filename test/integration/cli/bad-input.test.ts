import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../../src/services/support/free-port.js'
import { Sandbox } from '../../helpers/rungs.js'

let sandbox: Sandbox
beforeAll(() => {
  sandbox = new Sandbox()
})
afterAll(() => sandbox.remove())

async function refused(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const { code, stdout, stderr } = await sandbox.run(args, env)
  expect(stdout).toBe('')
  expect(code).toBe(2)
  const lines = stderr.trimEnd().split('\n')
  for (const line of lines) expect(line).toMatch(/^error: /)
  return lines
}

describe('bad input is one line a mistake and exit 2', () => {
  it('an unknown level lists the valid ones', async () => {
    const lines = await refused(['run', '--level', '7'])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/7.*0.*single.*1.*cluster.*2.*supervised/)
  })

  it('an unknown scenario lists the valid ones', async () => {
    const lines = await refused(['run', '--scenario', 'db-raed'])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/db-raed.*db-read/)
  })

  it('DURATION=abc, a negative number and an unknown affinity are told together', async () => {
    const lines = await refused(['run', '--connections', '-4', '--affinity', 'x/y'], { DURATION: 'abc' })
    expect(lines).toHaveLength(3)
    expect(lines.join('\n')).toMatch(/DURATION.*abc/)
    expect(lines.join('\n')).toMatch(/connections.*-4/)
    expect(lines.join('\n')).toMatch(/affinity.*x\/y/)
  })

  it('a variable that a command reads in its own way is told once', async () => {
    const env = { REPEATS: '0', DURATION: 'x', SCENARIO: 'a,b', LEVEL: '7', RATE: 'none' }
    const lines = await refused(['calibrate'], env)
    expect(lines).toHaveLength(2)
    expect(lines.join('\n')).toMatch(/DURATION=x(.|\n)*REPEATS=0/)
  })

  it('doctor names each wrong setting, for the commands that refuse it, and all else too', async () => {
    const { code, stdout } = await sandbox.run(['doctor', '--json'], { WORKERS: '1,2' })
    expect(code).toBe(2)
    const { problems, commands } = JSON.parse(stdout)
    expect(problems).toEqual([expect.stringMatching(/^run: WORKERS=1,2: /)])
    expect(commands).toContainEqual(expect.objectContaining({ command: 'ladder', value: '1,2' }))
  })

  it('an unknown flag and an unknown command', async () => {
    expect((await refused(['run', '--durration', '3']))[0]).toMatch(/--durration.*--duration/)
    expect((await refused(['rnu']))[0]).toMatch(/rnu.*run/)
  })

  it('a target that is not loopback', async () => {
    const lines = await refused(['run', '--target', 'http://192.0.2.1:80'])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/192\.0\.2\.1.*--allow-remote/)
  })

  it('a target that nobody listens at', async () => {
    const target = `http://127.0.0.1:${await freePort()}`
    const lines = await refused(['run', '--target', target, '--scenario', 'simple'])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/)
  })

  it('a folder for results that cannot be made', async () => {
    const commands = [
      ['run', '--scenario', 'simple'],
      ['calibrate'],
      ['gate', '--base', '.', '--scenario', 'simple'],
    ] as const
    for (const [command, ...more] of commands) {
      const lines = await refused([command, ...more, '--out', '/proc/none/here'])
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(/\/proc\/none\/here: results cannot be written there \(ENOENT\).*--out/)
    }
  })

  it('a base that does not exist, beside what else is wrong', async () => {
    const lines = await refused(['gate', '--base', 'nosuch', '--budget', 'soon', '--scenario', 'db-raed'])
    expect(lines).toHaveLength(3)
    expect(lines[0]).toContain('db-raed')
    expect(lines[1]).toContain('--budget soon')
    expect(lines[2]).toContain('--base nosuch')
  })

  it('objectives that do not suit, from repeated flags, a line each', async () => {
    const lines = await refused(['run', '--slo', 'p99<', '--slo', 'errors<1%', '--slo', 'throughput<5ms'])
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain("'p99<'")
    expect(lines[1]).toContain("'throughput<5ms'")
  })

  it('loads that are no loads, and those that contradict each other', async () => {
    const lines = await refused(['run', '--rate', '0', '--share', '2', '--profile', 'x', '--stages', '10:'])
    expect(lines).toHaveLength(5)
    expect(lines[4]).toMatch(/--rate 0 and --share 2: give one of them/)
    expect((await refused(['run', '--latency', 'off', '--slo', 'p99<5ms']))[0]).toContain('p99<5ms')
  })

  it('a scenario with three mistakes, all three', async () => {
    const file = join(sandbox.dir, 'broken.json')
    const steps = [{ method: 'FETCH', path: 'api/simple', wait: 3 }]
    writeFileSync(file, JSON.stringify({ name: 'broken', title: 'Broken', steps }))
    const lines = await refused(['run', '--scenario', './broken.json'])
    expect(lines).toHaveLength(3)
    expect(lines.join('\n')).toMatch(/method.*\n?.*path.*\n?.*wait|wait/)
    for (const line of lines) expect(line).toContain('broken.json')
  })

  it('a level that the project does not declare, and workers that its level cannot take', async () => {
    const file = join(sandbox.dir, 'own.config.json')
    const processes = [{ name: 'web', role: 'web', command: 'node' }]
    const levels = [{ number: 0, name: 'mine', title: 'Mine', processes, ready: { path: '/' } }]
    const scenarios = [{ name: 'home', title: 'Home', steps: [{ path: '/' }] }]
    writeFileSync(file, JSON.stringify({ levels, scenarios }))
    expect(await refused(['run', '--config', file, '--level', '1'])).toEqual([
      expect.stringMatching(/level 1: .*own.config.json declares none .*it declares 0 \(mine\)/),
    ])
    expect(await refused(['run', '--config', file, '--workers', '4'])).toEqual([
      expect.stringMatching(/--workers 4: level 0 \(mine\) has no number of workers to be set/),
    ])
    const { stdout } = await sandbox.run(['list', '--config', file])
    expect(stdout).toMatch(/^Levels of .*own.config.json\n {2}0 {2}mine/)
    expect(stdout).toMatch(/Levels of rungs' own.*\n {2}1 {2}cluster/)
  })

  it('a malformed configuration file', async () => {
    const file = join(sandbox.dir, 'broken.config.json')
    writeFileSync(file, '{ "defaults": ')
    const lines = await refused(['run', '--config', file])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('broken.config.json')
  })

  it('a DATABASE_URL that nobody answers, without its password', async () => {
    const lines = await refused(['run', '--level', '0', '--scenario', 'simple'], {
      DATABASE_URL: 'postgres://someone:hunter2@127.0.0.1:1/none',
    })
    expect(lines.join('\n')).not.toContain('hunter2')
    expect(lines.at(-1)).toMatch(/DATABASE_URL.*127\.0\.0\.1:1/)
  })

  it('a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((done) => server.once('listening', done))
    const { port } = server.address() as { port: number }
    try {
      const lines = await refused(['up', '--level', '0', '--port', String(port), '--quiet'])
      expect(lines.at(-1)).toContain(String(port))
    } finally {
      server.close()
    }
  })

  it('a folder that results cannot be written to', async () => {
    writeFileSync(join(sandbox.dir, 'a-file'), '')
    const lines = await refused(['run', '--scenario', 'simple', '--out', 'a-file/results', '--quiet'])
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/a-file\/results.*ENOTDIR.*--out/)
  })

  it('an unreadable, a truncated and a too new run.json', async () => {
    const make = (name: string, text: string) => {
      mkdirSync(join(sandbox.dir, name))
      writeFileSync(join(sandbox.dir, name, 'run.json'), text)
    }
    make('truncated', '{"schemaVersion": 1, "id": "x"')
    make('newer', '{"schemaVersion": 99}')
    const lines = await refused(['report', 'missing', 'truncated', 'newer'])
    expect(lines).toHaveLength(3)
    expect(lines[0]).toContain('missing')
    expect(lines[1]).toContain('truncated')
    expect(lines[2]).toMatch(/newer.*99/)
  })
})
