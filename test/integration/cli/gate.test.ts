import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { problemsOf } from '../../../src/model/schema/validate.js'
import { GateResult } from '../../../src/model/studies/gate.js'
import type { GateBlock } from '../../../src/model/studies/gate-block.js'
import { lackOf, needs } from '../../helpers/needs.js'
import { Sandbox } from '../../helpers/rungs.js'

const SERVER = `import { createServer } from 'node:http'
createServer((request, response) => {
  /* work */
  response.setHeader('content-type', 'application/json')
  response.end('{"ok":"yes"}')
}).listen(Number(process.env.PORT), process.env.HOST)
`

/** Several times what an answer of the server costs otherwise. */
const SLOW = SERVER.replace(
  '/* work */',
  'for (let i = 0, x = 1; i < 500_000; i++) x = (x * 31 + i) % 1_000_003',
)

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
  scenarios: [{ name: 'root', title: 'Root', steps: [{ path: '/', expect: { json: { ok: 'yes' } } }] }],
  gate: {
    build: ['sh build.sh'],
    artefacts: ['server.mjs'],
    metrics: ['throughput', 'cpu'],
    warmupSeconds: 0,
    slices: 1,
    // So that the first look, after nine blocks, can find a regression.
    alpha: 0.1,
  },
}

const lackOfPostgres = await lackOf('postgres')

let sandbox: Sandbox

function write(name: string, text: string): void {
  writeFileSync(join(sandbox.dir, name), text)
}

function commit(): void {
  const git = (...args: string[]) =>
    execaSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: sandbox.dir })
  git('add', 'server.mjs', 'build.sh')
  git('commit', '-qm', 'a version')
}

beforeEach(() => {
  sandbox = new Sandbox()
  execaSync('git', ['init', '-q', '-b', 'main'], { cwd: sandbox.dir })
  write('server.mjs', SERVER)
  write('build.sh', 'true\n')
  write('rungs.config.json', JSON.stringify(CONFIG))
})

afterEach(() => {
  expect(sandbox.leftovers()).toEqual([])
  sandbox.remove()
})

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return sandbox.start(['gate', '--base', 'main', ...args], {
    RUNGS_CACHE_DIR: join(sandbox.dir, 'cache'),
    ...env,
  })
}

const gate = (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) => start(args, env).finished

function folder(): string {
  const [name] = readdirSync(join(sandbox.dir, 'reports'))
  return join(sandbox.dir, 'reports', name ?? '')
}

function stored(): GateResult {
  return JSON.parse(readFileSync(join(folder(), 'gate.json'), 'utf8')) as GateResult
}

/** Interrupts a gate when so many blocks are done. */
async function untilBlock(n: number, args: readonly string[]) {
  const child = start(args)
  child.stderr?.on('data', (text: string) => {
    if (text.includes(`block ${n} done`)) child.kill('SIGINT')
  })
  return await child.finished
}

/** A block as a quiet machine would have measured it: on a busy one no second of it might hold a figure. */
function counting(block: GateBlock | undefined): GateBlock {
  if (!block) throw new Error('no block')
  const slices = [{ seconds: 1, base: { ok: 2_000, cpuNs: 4e8 }, head: { ok: 500, cpuNs: 9e8 } }]
  const cells = block.cells.map(({ capacity, ...cell }) => {
    const validity = { state: 'valid' as const, evidence: [] }
    return { ...cell, capacity: { ...capacity, slices, validity, dropped: null } }
  })
  return { ...block, cells }
}

describe('rungs gate', () => {
  it('passes the same program without measuring, and writes every output', async () => {
    commit()
    const summary = join(sandbox.dir, 'summary.md')
    const { code, stdout, stderr } = await gate([], { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary })
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(/the same in what gate\.artefacts names \(server\.mjs\)/)
    expect(stdout).toMatch(/^::notice title=rungs gate::/m)
    expect(stored()).toMatchObject({ state: 'completed', blocks: [], decision: { ended: 'identical' } })
    expect(stdout).toMatch(/^page: reports\/\S+-gate\/gate\.html$/m)
    for (const name of ['gate.md', 'gate.junit.xml', 'gate.badge.json', 'gate.html']) {
      expect(existsSync(join(folder(), name)), name).toBe(true)
    }
    expect(readFileSync(summary, 'utf8').trim()).toBe(readFileSync(join(folder(), 'gate.md'), 'utf8').trim())
  })

  it('finds a grossly slower head, goes on where it was interrupted, and keeps what it found', async () => {
    commit()
    write('server.mjs', SLOW)
    const stopped = await untilBlock(1, ['--budget', '5m', '--seed', '3'])
    expect(stopped.code, stopped.stderr).toBe(130)
    expect(stopped.stdout).toMatch(/^rungs gate --resume reports\/\S+-gate goes on from here$/m)
    expect(sandbox.leftovers()).toEqual([])
    const before = stored()
    expect(before).toMatchObject({ state: 'interrupted', decision: { ended: 'interrupted' } })
    expect(before.blocks).toHaveLength(1)
    expect(existsSync(join(folder(), 'gate.md'))).toBe(true)

    const again = await untilBlock(2, ['--resume'])
    expect(again.code, again.stderr).toBe(130)
    expect(stored()).toMatchObject({ id: before.id, blocks: [before.blocks[0], { index: 2 }] })

    const refused = await gate(['--resume', '--threshold', '20%', '--baseline', 'server.mjs'])
    expect(refused.code).toBe(2)
    expect(refused.stderr).toMatch(/^error: --baseline .*server\.mjs: .*JSON/m)
    const changed = await gate(['--resume', '--threshold', '20%'])
    expect(changed.code).toBe(2)
    expect(changed.stderr).toMatch(/threshold was 0.05, now 0.2; keep it, or start a new gate/)

    // The first look is after nine blocks; on a busy machine none of them might count.
    const blocks = Array.from({ length: 9 }, (_, i) => ({ ...counting(before.blocks[0]), index: i + 1 }))
    writeFileSync(join(folder(), 'gate.json'), JSON.stringify({ ...before, blocks }))
    const keeping = ['--record', '--save-baseline', 'baseline.json']
    const { code, stdout, stderr } = await gate(['--resume', '--json', ...keeping], {
      GITHUB_ACTIONS: 'true',
    })
    expect(code, stderr).toBe(1)
    const result = JSON.parse(stdout) as GateResult
    expect(result).toMatchObject({ id: before.id, state: 'completed', decision: { verdict: 'regress' } })
    expect(result.blocks).toEqual(blocks)
    expect(problemsOf(GateResult, result)).toEqual([])
    expect(stderr).toMatch(/^::error title=rungs gate/m)
    for (const row of result.decision?.rows ?? []) expect(row.lower, row.metric).toBeGreaterThan(0.05)
    expect(readFileSync(join(folder(), 'gate.html'), 'utf8')).toMatch(/<h1 class="bad">Slower<\/h1>/)
    const junit = readFileSync(join(folder(), 'gate.junit.xml'), 'utf8')
    expect(junit).toMatch(/<testsuite [^>]*tests="3" failures="2"/)
    expect(junit.match(/<testcase /g)).toHaveLength(3)
    expect(readFileSync(join(folder(), 'gate.md'), 'utf8')).toMatch(
      /^## Performance: .*\n\n.*root, \w+.* by /,
    )
    expect(JSON.parse(readFileSync(join(sandbox.dir, 'baseline.json'), 'utf8'))).toMatchObject({ level: '0' })

    const drawn = await sandbox.run(['history'])
    expect(drawn.code, drawn.stderr).toBe(0)
    expect(drawn.stdout).toMatch(/^Against main \(\w{7}\), level 0: 1 gate, /m)
    expect(drawn.stdout).toMatch(/^root +throughput +\+\d/m)
    expect(existsSync(join(sandbox.dir, 'reports/history.html'))).toBe(true)
  })
})

describe('what does not work is one line and no pass', () => {
  it('a head that does not build', async () => {
    commit()
    write('build.sh', 'echo no such type >&2; exit 3\n')
    const summary = join(sandbox.dir, 'summary.md')
    const { code, stderr } = await gate([], { GITHUB_STEP_SUMMARY: summary })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: head does not build: "sh build.sh" .* code 3: no such type .*\n$/m)
    expect(readFileSync(summary, 'utf8')).toMatch(/head does not build/)
  })

  it('a base that does not build', async () => {
    write('build.sh', 'exit 3\n')
    commit()
    write('build.sh', 'true\n')
    const { code, stderr } = await gate()
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: base does not build/m)
  })

  it('a head that does not boot', async () => {
    commit()
    write('server.mjs', 'throw new Error("no such table")\n')
    const { code, stderr } = await gate()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: head does not boot: .*process app ended with code 1/m)
    expect(stored()).toMatchObject({ state: 'failed', decision: null })
  })

  it(
    'a head that does not boot, after what one should know of a service beside it',
    needs(lackOfPostgres),
    async () => {
      const [level] = CONFIG.levels
      write(
        'rungs.config.json',
        JSON.stringify({ ...CONFIG, levels: [{ ...level, services: ['postgres'] }] }),
      )
      commit()
      write('server.mjs', 'throw new Error("no such table")\n')
      const { code, stderr } = await gate()
      expect(code).toBe(1)
      expect(stderr).toMatch(/^postgres: .*\n(?: {2}.*\n)* {2}.*fsync=off/m)
    },
  )

  it('a head that answers with a wrong body', async () => {
    commit()
    write('server.mjs', SERVER.replace('"yes"', '"no"'))
    // Readiness looks at the status alone.
    const { code, stderr } = await gate()
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: head does not answer as expected: .*ok.*\(scenario root\)$/m)
  })

  it('a head that dies in the middle', async () => {
    commit()
    const dying = SERVER.replace('/* work */', 'if (++served > 200) process.exit(7)')
    write('server.mjs', `let served = 0\n${dying}`)
    const { code, stderr } = await gate()
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /^error: head died while it was measured: process "app" ended by itself \(exit code 7\)/m,
    )
  })

  it('a budget that can reach no verdict, no base, two kinds of services, and a level of rungs itself', async () => {
    commit()
    const budget = await gate(['--budget', '5s'])
    expect(budget.code).toBe(2)
    expect(budget.stderr).toMatch(/^error: budget: 5 s is room for .* give it \d+ s$/m)
    const none = await sandbox.run(['gate'])
    expect(none.code).toBe(2)
    expect(none.stderr).toMatch(/^error: --base: .* must be given/m)
    const mixed = await gate(['--head', 'http://127.0.0.1:1'])
    expect(mixed.code).toBe(2)
    expect(mixed.stderr).toMatch(/give URLs for both or for neither/)
    write('server.mjs', SLOW)
    const loose = await gate(['--base', '.', '--record'])
    expect(loose.code).toBe(2)
    expect(loose.stderr).toMatch(/^error: --record: --base \. is a folder, .* name a release/m)
    write('rungs.config.json', JSON.stringify({ gate: CONFIG.gate }))
    const builtIn = await gate()
    expect(builtIn.code).toBe(2)
    expect(builtIn.stderr).toMatch(/level 0 \(single\) is rungs' own .* declare a level/)
  })
})
