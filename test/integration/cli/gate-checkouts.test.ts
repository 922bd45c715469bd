import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execaSync } from 'execa'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Sandbox } from '../../helpers/rungs.js'

/** Does not start without its ignored settings, and then says what it should not. */
const SERVER = `import { createServer } from 'node:http'
import { existsSync, readFileSync } from 'node:fs'
if (!existsSync('.env')) throw new Error('SESSION_SECRET is not set')
const [, secret] = readFileSync('.env', 'utf8').trim().split('=')
if (secret.startsWith('bad')) throw new Error('unfit for use: ' + secret)
createServer((_, response) => response.end('ok')).listen(Number(process.env.PORT), process.env.HOST)
`

const CONFIG = {
  levels: [
    {
      number: 0,
      name: 'tiny',
      title: 'Tiny',
      summary: 'One process.',
      whenToUse: 'In tests.',
      processes: [{ name: 'app', role: 'web', command: 'node', args: ['server.mjs'] }],
      ready: { path: '/', timeoutSeconds: 60 },
    },
  ],
  scenarios: [{ name: 'root', title: 'Root', steps: [{ path: '/' }] }],
}

let sandbox: Sandbox

function write(name: string, text: string): void {
  const file = join(sandbox.dir, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const configure = (gate: object) =>
  write(
    'rungs.config.json',
    JSON.stringify({ ...CONFIG, gate: { metrics: ['throughput'], warmupSeconds: 0, slices: 1, ...gate } }),
  )

const git = (...args: string[]) =>
  execaSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: sandbox.dir })
    .stdout

beforeEach(() => {
  sandbox = new Sandbox()
  git('init', '-q', '-b', 'main')
  write('.gitignore', '.env\nreports\ncache\nstate\nnode_modules\n')
  write('server.mjs', SERVER)
  configure({})
  git('add', '-A')
  git('commit', '-qm', 'base')
  git('checkout', '-qb', 'new')
  write('server.mjs', `${SERVER}// changed\n`)
  write('.env', 'SESSION_SECRET=hunter2-hunter2\n')
})

afterEach(() => {
  expect(sandbox.leftovers()).toEqual([])
  sandbox.remove()
})

const start = (...args: string[]) =>
  sandbox.start(['gate', '--base', 'main', ...args], { RUNGS_CACHE_DIR: join(sandbox.dir, 'cache') })

it('names what git ignores where the base does not boot, with the line that says why and its log', async () => {
  const { code, stderr } = await start().finished
  expect(code, stderr).toBe(2)
  expect(stderr).toMatch(
    /^error: base does not boot: .*: Error: SESSION_SECRET is not set \(reports\/\S+-gate\/logs\/base\/level-0-app\.log\); base is a fresh checkout without \.env, which git ignores: name what it needs in gate\.carry$/m,
  )
})

it('measures with what gate.carry takes along, whose content is neither in results nor said', async () => {
  configure({ carry: ['.env'] })
  const child = start()
  child.stderr?.on('data', (text: string) => {
    if (text.includes('block 1 done')) child.kill('SIGINT')
  })
  const { code, stdout, stderr } = await child.finished
  expect(code, stderr).toBe(130)
  expect(stderr).not.toMatch(/fresh checkout/)
  const [folder = ''] = readdirSync(join(sandbox.dir, 'reports'))
  const kept = ['gate.json', 'gate.md', 'gate.html'].map((name) =>
    readFileSync(join(sandbox.dir, 'reports', folder, name), 'utf8'),
  )
  expect([stdout, stderr, ...kept].join('\n')).not.toContain('hunter2')
})

it('hides what a carried file holds in what a failing version says', async () => {
  write('.env', 'SESSION_SECRET=bad-hunter2\n')
  configure({ carry: ['.env'] })
  const { code, stderr } = await start().finished
  expect(code).toBe(2)
  expect(stderr).toMatch(/base does not boot: .*unfit for use: \*\*\*/)
  expect(stderr).not.toContain('hunter2')
})

it('tells all that is wrong with the head and gate.carry at once, before anything is built', async () => {
  configure({ carry: ['nothere', 'server.mjs'] })
  write('package.json', '{"dependencies":{"ms":"2.1.3"}}')
  write(
    'package-lock.json',
    JSON.stringify({
      packages: { '': { dependencies: { ms: '2.1.3' } }, 'node_modules/ms': { version: '2.1.3' } },
    }),
  )
  write('node_modules/ms/package.json', '{"version":"2.0.0"}')
  const { code, stderr } = await start().finished
  expect(code).toBe(2)
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^error: gate\.carry: nothere: is not in /),
    expect.stringMatching(/^error: gate\.carry: server\.mjs: git has it/),
    'error: head: node_modules has ms 2.0.0, package-lock.json says 2.1.3: run npm ci first',
  ])
  expect(existsSync(join(sandbox.dir, 'cache'))).toBe(false)
})
