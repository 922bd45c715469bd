import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src/config/file/load-config.js'
import { readConfiguration } from '../../../src/config/read-configuration.js'
import { UserError } from '../../../src/words/errors.js'

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rungs-config-'))
})

afterEach(() => {
  rmSync(dir, { recursive: true })
})

function write(name: string, text: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true })
  writeFileSync(join(dir, name), text)
}

async function problemsOf(promise: Promise<unknown>): Promise<readonly string[]> {
  try {
    await promise
  } catch (error) {
    if (error instanceof UserError) return error.problems
    throw error
  }
  return []
}

const TYPESCRIPT = `
import { defineConfig, type Level } from 'rungs'
import { port } from './port.js'

const level: Level = {
  number: 7, name: 'mine', title: 'Mine',
  processes: [{ name: 'web', role: 'web', command: 'node', args: ['server.js', String(port)] }],
  ready: { path: '/' },
}
export default defineConfig({
  levels: [level],
  scenarios: [{ name: 'home', title: 'Home', steps: [{ path: '/{{t}}' }], setup: async () => ({ t: 1 }) }],
  defaults: { durationSeconds: 2 },
})
`

describe('loadConfig', () => {
  it('gives null where there is no file', async () => {
    expect(await loadConfig(dir)).toBeNull()
  })

  it('reads TypeScript that imports rungs and its own neighbours', async () => {
    write('rungs.config.ts', TYPESCRIPT)
    write('port.ts', 'export const port: number = 8080\n')
    const loaded = await loadConfig(dir)
    expect(loaded).toMatchObject({
      file: join(dir, 'rungs.config.ts'),
      name: 'rungs.config.ts',
      baseDir: dir,
    })
    expect(loaded?.config.levels).toMatchObject([{ processes: [{ args: ['server.js', '8080'] }] }])
    expect(await loaded?.config.scenarios?.[0]?.setup?.({} as never)).toEqual({ t: 1 })
  })

  it.each([
    ['rungs.config.js', `export default { defaults: { repeats: 3 } }`],
    ['rungs.config.js', `module.exports = { defaults: { repeats: 3 } }`],
    [
      'rungs.config.mjs',
      `import { defineConfig } from 'rungs'\nexport default defineConfig({ defaults: { repeats: 3 } })`,
    ],
    ['rungs.config.json', `\uFEFF{ "$schema": "x", "defaults": { "repeats": 3 } }`],
  ])('reads %s: %s', async (name, text) => {
    write(name, text)
    expect((await loadConfig(dir))?.config.defaults).toEqual({ repeats: 3 })
  })

  it('reads the file that is named, whatever lies in the working folder', async () => {
    write('rungs.config.json', '{ broken')
    write('ci/load.json', '{}')
    const loaded = await loadConfig(dir, 'ci/load.json')
    expect(loaded).toMatchObject({ name: 'ci/load.json', baseDir: join(dir, 'ci'), config: {} })
  })

  it('refuses to choose between two files', async () => {
    write('rungs.config.ts', 'export default {}')
    write('rungs.config.json', '{}')
    expect(await problemsOf(loadConfig(dir))).toEqual([
      'rungs.config.ts and rungs.config.json: keep one of them, or name one with --config',
    ])
  })

  it.each([
    ['missing.ts', null, 'missing.ts: does not exist'],
    ['a.yaml', '', 'a.yaml: a configuration must end in .ts, .js, .mjs, .json'],
    ['a.json', '{\n  "levels": [],\n}', 'a.json:3: is not valid JSON: '],
    ['b.json', '{\n  "levels": [\n', 'b.json:2: is not valid JSON: '],
    ['a.ts', 'export default {\n  levels: [\n  a b\n}\n', 'a.ts:3:4: is malformed: '],
    ['b.ts', '\nexport default { levels: nothingOfTheKind }\n', 'b.ts:2: nothingOfTheKind is not defined'],
    ['c.ts', "import 'not-installed'\nexport default {}\n", "c.ts: Cannot find module 'not-installed'"],
    ['d.ts', 'export const config = {}\n', 'd.ts: has no default export; write export default { … }'],
    ['e.ts', "throw 'words'\n", 'e.ts: words'],
    ['f.ts', 'export default 5\n', 'f.ts: must be an object'],
  ])('tells what is wrong with %s, and where', async (name, text, start) => {
    if (text !== null) write(name, text)
    const problems = await problemsOf(loadConfig(dir, name))
    expect(problems).toHaveLength(1)
    expect(problems[0]?.slice(0, start.length)).toBe(start)
    expect(problems[0]).not.toContain('\n')
  })

  it('names the neighbour in which a mistake is', async () => {
    write('rungs.config.ts', "import { x } from './lib/x.js'\nexport default { x }\n")
    write('lib/x.ts', '\n\nexport const x = (\n')
    expect(await problemsOf(loadConfig(dir))).toEqual([
      expect.stringMatching(/^lib\/x\.ts:4:\d+: is malformed: /),
    ])
  })

  it('tells all that is wrong with what it declares, a line each', async () => {
    write(
      'rungs.config.ts',
      `export default {
        level: [],
        scenarios: [{ name: 'a', title: 'A', steps: [{ path: 'x', metod: 'GET' }], setup: 'no' }],
        defaults: { durationSeconds: '10' },
      }`,
    )
    expect(await problemsOf(loadConfig(dir))).toEqual([
      "rungs.config.ts: unknown property 'level'; did you mean 'levels'?",
      "rungs.config.ts: scenarios[0].steps[0]: unknown property 'metod'; did you mean 'method'?",
      'rungs.config.ts: scenarios[0].steps[0].path: must start with /',
      'rungs.config.ts: defaults.durationSeconds: must be a number above 0 and up to 86400',
      'rungs.config.ts: scenarios[0].setup: must be a function',
    ])
  })
})

describe('readConfiguration', () => {
  it('resolves the settings over the file', async () => {
    write('rungs.config.json', '{ "defaults": { "durationSeconds": 2, "repeats": 5, "level": 1 } }')
    const { settings, sources, loaded } = await readConfiguration({
      cwd: dir,
      flags: { repeats: '2' },
      env: {},
      randomSeed: 1,
    })
    expect(settings).toMatchObject({ duration: 2, repeats: 2, level: ['1'] })
    expect(sources).toMatchObject({ duration: 'rungs.config.json', repeats: 'flag', warmup: 'default' })
    expect(loaded?.name).toBe('rungs.config.json')
  })

  it('tells what the defaults of a wrong file say wrongly as well', async () => {
    const defaults = { durationSeconds: 'long', stages: '10s', slo: ['p99<'] }
    write('rungs.config.json', JSON.stringify({ scenarios: [{ name: 'a' }], defaults }))
    const problems = await problemsOf(readConfiguration({ cwd: dir, flags: {}, env: {}, randomSeed: 1 }))
    expect(problems.map((problem) => problem.split(' ').slice(0, 2).join(' '))).toEqual([
      'rungs.config.json: scenarios[0].title:',
      'rungs.config.json: scenarios[0].steps:',
      'rungs.config.json: defaults.durationSeconds:',
      'rungs.config.json: defaults.stages',
      'rungs.config.json: defaults.slo',
    ])
  })

  it('tells the problems of file, flags and environment together', async () => {
    write('rungs.config.json', '{ "default": {} }')
    const reading = readConfiguration({
      cwd: dir,
      flags: { repeats: 'x' },
      env: { DURATION: 'abc' },
      randomSeed: 1,
    })
    expect(await problemsOf(reading)).toEqual([
      "rungs.config.json: unknown property 'default'; did you mean 'defaults'?",
      'DURATION=abc: must be a number of seconds above 0, such as 10 (or 500ms, 2m, 1h)',
      '--repeats x: must be a whole number from 1 to 1000, such as 5',
    ])
  })
})
