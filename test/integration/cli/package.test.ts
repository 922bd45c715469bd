import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Run } from '../../../src/model/run/run.js'
import { lackOf, needs } from '../../helpers/needs.js'
import { Sandbox } from '../../helpers/rungs.js'

const lackOfPostgres = await lackOf('postgres')

const SHORT = ['--duration', '0.5', '--warmup', '0.3', '--rate', '50']
const ROOT = resolve(import.meta.dirname, '../../..')

/** The package as a dependant gets it: packed, then installed into an empty folder. */
describe('the packed package', () => {
  let sandbox: Sandbox
  let home: string
  /** What it printed. That a figure is not valid on this machine (exit 3) is no fault of the package. */
  const npx = (args: readonly string[]): string => {
    const options = { cwd: home, env: sandbox.env(), encoding: 'utf8' } as const
    const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'rungs', ...args], options)
    expect([0, 3], stderr).toContain(status)
    return stdout
  }

  beforeAll(() => {
    sandbox = new Sandbox()
    home = join(sandbox.dir, 'home')
    mkdirSync(home)
    execFileSync('npm', ['pack', '--silent', '--pack-destination', sandbox.dir], {
      cwd: ROOT,
      stdio: 'ignore',
    })
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    writeFileSync(
      join(home, 'package.json'),
      '{ "name": "someones-service", "private": true, "type": "module" }',
    )
    execFileSync(
      'npm',
      ['install', '--no-audit', '--no-fund', '--silent', join(sandbox.dir, `rungs-${version}.tgz`)],
      {
        cwd: home,
        stdio: 'ignore',
      },
    )
  })
  afterAll(() => {
    expect(sandbox.leftovers()).toEqual([])
    sandbox.remove()
  })

  it('boots its own level 0', needs(lackOfPostgres), () => {
    const run = JSON.parse(npx(['run', '--level', '0', '--scenario', 'simple', ...SHORT, '--json'])) as Run
    expect(run.cells.map(({ outcome }) => outcome.state)).toEqual(['completed'])
  })

  it("loads someone's own one-file server", () => {
    writeFileSync(
      join(home, 'server.mjs'),
      `import { createServer } from 'node:http'
       createServer((_, response) => response.end('hello')).listen(process.env.PORT, '127.0.0.1')`,
    )
    writeFileSync(
      join(home, 'rungs.config.ts'),
      `import { defineConfig } from 'rungs'
       export default defineConfig({
         levels: [{ number: 0, name: 'mine', title: 'Mine', ready: { path: '/' },
                    processes: [{ name: 'web', role: 'web', command: 'node', args: ['server.mjs'] }] }],
         scenarios: [{ name: 'hello', title: 'Hello', steps: [{ path: '/', expect: { contains: 'hello' } }] }],
       })`,
    )
    const run = JSON.parse(npx(['run', ...SHORT, '--json'])) as Run
    expect(run.levels).toMatchObject([{ name: 'mine' }])
    expect(run.cells.map(({ outcome }) => outcome.state)).toEqual(['completed'])
  })

  it('writes a report there, with PNG charts or a line that says why there are none', () => {
    const { files, notes } = JSON.parse(npx(['report', '--json'])) as { files: string[]; notes: string[] }
    for (const file of files) expect(existsSync(file)).toBe(true)
    expect(files.map((file) => file.split('/').at(-1))).toEqual(
      expect.arrayContaining(['index.html', 'summary.md']),
    )
    const pngs = files.filter((file) => file.endsWith('.png'))
    if (pngs.length === 0) expect(notes).toEqual([expect.stringMatching(/^no PNG charts: /)])
  })
})
