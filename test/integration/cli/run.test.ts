import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { join, resolve } from 'node:path'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Outcome } from '../../../src/model/run/outcome.js'
import type { Run } from '../../../src/model/run/run.js'
import { lackOf, needs } from '../../helpers/needs.js'
import { Sandbox } from '../../helpers/rungs.js'

const lackOfPostgres = await lackOf('postgres')

let sandbox: Sandbox
beforeAll(() => {
  sandbox = new Sandbox()
  const scenario = {
    name: 'hello',
    title: 'Hello',
    steps: [{ path: '/hello', expect: { status: 200, contains: 'hello' } }],
    load: { connections: 4 },
  }
  writeFileSync(join(sandbox.dir, 'hello.json'), JSON.stringify(scenario))
})
afterAll(() => {
  expect(sandbox.leftovers()).toEqual([])
  sandbox.remove()
})

describe('rungs run', () => {
  it(
    'gives one JSON document that fits the published schema, over all levels',
    needs(lackOfPostgres),
    async () => {
      const what = ['--level', '0,1,2', '--scenario', 'mixed', '--workers', '2']
      const load = ['--duration', '1', '--warmup', '0.5', '--rate', '50']
      const { code, stdout, stderr } = await sandbox.run(['run', ...what, ...load, '--json'])
      const run = JSON.parse(stdout) as Run
      const validate = addFormats.default(new Ajv({ allErrors: true })).compile(schema())
      expect(validate(run), JSON.stringify(validate.errors)).toBe(true)
      expect(
        run.cells.map(({ outcome }) => outcome.state),
        stderr,
      ).toEqual(Array(3).fill('completed'))
      for (const { outcome } of run.cells) expectReconciled(outcome)
      // Whether a figure is valid is the machine's affair; that the exit code says so is ours.
      const valid = run.cells.every(
        ({ outcome }) =>
          outcome.state === 'completed' &&
          [outcome.validity, outcome.latency?.validity].every((one) => !one || one.state === 'valid'),
      )
      expect(code).toBe(valid ? 0 : 3)
      const [folder] = readdirSync(join(sandbox.dir, 'reports')) as [string]
      const kept = JSON.parse(readFileSync(join(sandbox.dir, 'reports', folder, 'run.json'), 'utf8'))
      expect(kept).toEqual(run)
      expect(JSON.stringify(kept)).not.toMatch(/postgres(ql)?:\/\/[^"]*:[^"]*@/)
    },
  )

  it("loads someone's own service, described in a TypeScript configuration", async () => {
    writeFileSync(
      join(sandbox.dir, 'hello.mjs'),
      `import { createServer } from 'node:http'
       createServer((_, response) => response.end('hello')).listen(process.env.PORT, process.env.HOST)`,
    )
    writeFileSync(
      join(sandbox.dir, 'rungs.config.ts'),
      `import { defineConfig } from 'rungs'
       export default defineConfig({
         levels: [{ number: 0, name: 'mine', title: 'Mine', ready: { path: '/' },
                    processes: [{ name: 'web', role: 'web', command: 'node', args: ['hello.mjs'] }] }],
         scenarios: [{ name: 'hello', title: 'Hello', steps: [{ path: '/', expect: { contains: 'hello' } }] }],
         defaults: { durationSeconds: 1, warmupSeconds: 0.2, connections: 4 },
       })`,
    )
    const args = ['run', '--config', 'rungs.config.ts', '--json', '--out', 'mine']
    const { stdout, stderr } = await sandbox.run(args)
    const run = JSON.parse(stdout) as Run
    expect(run.levels, stderr).toMatchObject([{ key: '0', name: 'mine', source: 'rungs.config.ts' }])
    expect(run.cells).toHaveLength(1)
    expectReconciled(run.cells[0]?.outcome)
    expect(run.cells[0]?.outcome).toMatchObject({ state: 'completed', server: { workers: null } })
  })
})

describe('a target that', () => {
  let server: Server
  const serve = async (listener: RequestListener): Promise<string> => {
    server = createServer(listener).listen(0, '127.0.0.1')
    await new Promise((done) => server.once('listening', done))
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`
  }
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })
  const load = async (
    target: string,
    ...more: string[]
  ): Promise<{ code: number | null; outcome: Outcome }> => {
    // Given again, the flag would add to it: two scenarios, in an order that is drawn.
    const scenario = more.includes('--scenario') ? [] : ['--scenario', './hello.json']
    const args = ['run', '--target', target, ...scenario, '--json', '--out', 'faults']
    const short = ['--duration', '2', '--warmup', '0', '--timeout', '1']
    const { code, stdout, stderr } = await sandbox.run([...args, ...short, ...more])
    expect(stdout, stderr).not.toBe('')
    return { code, outcome: (JSON.parse(stdout) as Run).cells[0]?.outcome as Outcome }
  }

  it('answers 500 fast is no throughput', async () => {
    const { code, outcome } = await load(
      await serve((_, response) => {
        response.statusCode = 500
        response.end('hello')
      }),
    )
    expect(code).toBe(3)
    expect(outcome).toMatchObject({
      state: 'failed',
      stage: 'measure',
      error: expect.stringMatching(/status 500/),
    })
  })

  it('answers 500 is found out in the warm-up already', async () => {
    const target = await serve((_, response) => {
      response.statusCode = 500
      response.end('hello')
    })
    const { code, outcome } = await load(target, '--warmup', '1')
    expect(code).toBe(3)
    expect(outcome).toMatchObject({
      state: 'failed',
      stage: 'warm-up',
      error: expect.stringMatching(/status 500/),
    })
  })

  it('refuses what there is already is asked nothing twice, neither by warm-up, capacity nor latency', async () => {
    const scenario = {
      name: 'create',
      title: 'Create',
      variables: { unique: { uuid: true }, n: { counter: true } },
      steps: [{ path: '/{{unique}}/{{n}}', expect: { status: 200 } }],
    }
    writeFileSync(join(sandbox.dir, 'create.json'), JSON.stringify(scenario))
    const made = new Set<string>()
    const twice: string[] = []
    const target = await serve(({ url = '' }, response) => {
      const asked = url.split('/').slice(1)
      if (asked.some((one) => made.has(one))) twice.push(url)
      for (const one of asked) made.add(one)
      response.end()
    })
    await load(target, '--warmup', '1', '--rate', '50', '--timeout', '60', '--scenario', './create.json')
    expect(twice).toEqual([])
    expect(made.size).toBeGreaterThan(0)
  })

  it('answers something else is no throughput', async () => {
    const { code, outcome } = await load(await serve((_, response) => response.end('goodbye')))
    expect(code).toBe(3)
    expect(outcome.state).toBe('failed')
    expect(JSON.stringify(outcome)).toMatch(/body/)
  })

  it('hangs', async () => {
    const { code, outcome } = await load(await serve(() => {}))
    expect(code).toBe(3)
    expect(outcome.state).toBe('failed')
    expect(outcome).toMatchObject({ sample: { counts: { ok: 0 } } })
    expectReconciled(outcome)
  })

  it('closes every connection', async () => {
    const { code, outcome } = await load(await serve((request) => request.socket.destroy()))
    expect(code).toBe(3)
    expect(outcome.state).toBe('failed')
    expectReconciled(outcome)
  })

  it('dies in the middle', async () => {
    let answered = 0
    const target = await serve((_, response) => {
      response.end('hello')
      answered += 1
      if (answered === 20) {
        server.close()
        server.closeAllConnections()
      }
    })
    const { code, outcome } = await load(target, '--duration', '10')
    expect(code).toBe(3)
    expect(outcome).toMatchObject({
      state: 'failed',
      stage: 'measure',
      error: expect.stringMatching(/no good answer from .* on: .*ECONNREFUSED/),
    })
    expectReconciled(outcome)
  })
})

function expectReconciled(outcome: Outcome | undefined): void {
  const sample = outcome && 'sample' in outcome ? outcome.sample : null
  const { sent, ...parts } = sample?.counts ?? { sent: Number.NaN }
  expect(Object.values(parts).reduce((sum, n) => sum + n, 0)).toBe(sent)
}

function schema(): object {
  return JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../schemas/run-1.json'), 'utf8'))
}
