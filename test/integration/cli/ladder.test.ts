import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Run } from '../../../src/model/run/run.js'
import type { Ladder } from '../../../src/model/studies/ladder.js'
import { Sandbox } from '../../helpers/rungs.js'

/** A service whose reload is a file that it watches for: it takes a new worker id, says that it is not ready, and loses nothing. */
const SERVICE = `import { createServer } from 'node:http'
import { existsSync } from 'node:fs'
let served = 0
const id = () => (existsSync(process.env.RELOADED) ? 'new' : 'old')
createServer((request, response) => {
  served++
  if (request.url === '/ready' && id() === 'new') response.statusCode = 503
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ worker_id: id(), requests_served: served }))
}).listen(process.env.PORT, process.env.HOST)`

const CONFIG = `const level = (number, more = {}) => ({
  number, name: 'n' + number, title: 'N' + number,
  processes: [{ name: 'web', role: 'web', command: 'node', args: ['service.mjs'], env: { RELOADED: '{tempDir}/reloaded' } }],
  ready: { path: '/ready' }, workerPath: '/', ...more,
})
export default {
  levels: [
    level(0, { workers: 1 }),
    level(1, {
      controls: { reload: { command: 'touch', args: ['{tempDir}/reloaded'] } },
      claims: [{ text: 'n1 answers', figure: { kind: 'capacity', scenario: 'hello' }, bound: { atLeast: 1 } }],
    }),
    level(2, { workers: 1, processes: [{ name: 'web', role: 'web', command: 'false' }] }),
  ],
  scenarios: [{ name: 'hello', title: 'Hello', steps: [{ path: '/' }], load: { connections: 2 } }],
}`

const sandbox = new Sandbox()
const reports = join(sandbox.dir, 'reports')
beforeAll(() => {
  writeFileSync(join(sandbox.dir, 'service.mjs'), SERVICE)
  writeFileSync(join(sandbox.dir, 'rungs.config.mjs'), CONFIG)
})
afterAll(() => {
  expect(sandbox.leftovers()).toEqual([])
  sandbox.remove()
})

const SHORT = ['--repeats', '1', '--duration', '0.5', '--warmup', '0', '--worker-cpus', 'off']

function read(folder: string): { run: Run; ladder: Ladder } {
  const file = (name: string) => JSON.parse(readFileSync(join(reports, folder, name), 'utf8'))
  return { run: file('run.json') as Run, ladder: file('ladder.json') as Ladder }
}

it('measures levels at one rate, reloads those that can, and tells it again from its files', async () => {
  const { code, stdout, stderr } = await sandbox.run(['ladder', '--level', '0,1', ...SHORT, '--out', reports])
  // Whether the figures are valid is the machine's affair.
  expect([0, 1, 3], stderr).toContain(code)
  const [folder = ''] = readdirSync(reports)
  const { run, ladder } = read(folder)
  const schema = JSON.parse(readFileSync('schemas/ladder-1.json', 'utf8'))
  const validate = new Ajv({ allErrors: true }).compile(schema)
  expect(validate(ladder), JSON.stringify(validate.errors)).toBe(true)
  expect(ladder).toMatchObject({ state: 'completed', rates: [{ scenario: 'hello', of: { level: '0' } }] })
  expect(run.cells.map(({ level }) => level).sort()).toEqual(['0', '1'])
  const rates = run.cells.map(({ outcome }) => outcome.state === 'completed' && outcome.latency?.rate)
  expect(new Set(rates)).toEqual(new Set([ladder.rates[0]?.rate]))
  expect(ladder.reloads).toMatchObject([{ level: '1', scenario: 'hello', error: null, lost: 0 }])
  expect(ladder.reloads[0]?.answered).toBeGreaterThan(0)
  expect(ladder.claims).toMatchObject([{ level: 1, claim: { text: 'n1 answers' } }])
  expect(stdout).toContain('n1 answers')
  expect(ladder.boots.map(({ level }) => level).sort()).toEqual(['0', '0', '1', '1'])

  const again = await sandbox.run(['ladder', '--from', join(reports, folder), '--out', reports])
  expect(again.code, again.stderr).toBe(0)
  expect(again.stdout).toBe(stdout)
  expect(existsSync(join(reports, folder, 'ladder.html'))).toBe(true)
  const report = await sandbox.run(['report', '--out', reports, '--format', 'html'])
  expect(report.stdout).toContain('ladder.html')
})

it('keeps what is finished when it is interrupted, and says which level does not boot', async () => {
  const out = join(sandbox.dir, 'interrupted')
  const load = ['--level', '1,2', ...SHORT, '--repeats', '50', '--out', out]
  const child = sandbox.start(['ladder', ...load])
  let told = ''
  let isAsked = false
  child.stderr?.on('data', (text: string) => {
    told += text
    // Two cells, one of each level: then enough is finished. A second signal would end it at once.
    if (isAsked || !told.includes('[2/100]')) return
    isAsked = child.kill('SIGINT')
  })
  const { code, stdout, stderr } = await child.finished
  expect(code, stderr).toBe(130)
  const [folder = ''] = readdirSync(out)
  const ladder = JSON.parse(readFileSync(join(out, folder, 'ladder.json'), 'utf8')) as Ladder
  const run = JSON.parse(readFileSync(join(out, folder, 'run.json'), 'utf8')) as Run
  expect([ladder.state, run.state]).toEqual(['interrupted', 'interrupted'])
  expect(run.cells.length).toBeGreaterThanOrEqual(2)
  expect(stdout).toMatch(/level 2 \(n2\): failed: failed at boot/)
})

it('names every mistake at once', async () => {
  const { code, stderr } = await sandbox.run(['ladder', '--workers', '1,x', '--level', '9', '--repeats', '0'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/--workers 1,x: must be a list/)
  expect(stderr).toMatch(/level 9: there is none/)
  expect(stderr).toMatch(/--repeats 0/)
})
