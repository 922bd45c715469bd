import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPlan } from '../../../src/catalog/read-plan.js'
import type { SettingSources } from '../../../src/config/resolve-settings.js'
import { UserError } from '../../../src/words/errors.js'

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rungs-catalog-'))
})

afterEach(() => {
  rmSync(dir, { recursive: true })
})

function write(name: string, text: string): void {
  mkdirSync(dirname(join(dir, name)), { recursive: true })
  writeFileSync(join(dir, name), text)
}

function plan(flags: SettingSources['flags'] = {}, env: SettingSources['env'] = {}) {
  return readPlan({ cwd: dir, flags, env, randomSeed: 1 })
}

async function summary(flags: SettingSources['flags']) {
  const { levels, scenarios } = await plan(flags)
  return {
    levels: levels.map(({ level, source }) => `${level.number} ${source}`),
    scenarios: scenarios.map(({ scenario, source }) => `${scenario.name} ${source}`),
  }
}

async function problemsOf(flags: SettingSources['flags'], env: SettingSources['env'] = {}) {
  try {
    await plan(flags, env)
  } catch (error) {
    if (error instanceof UserError) return error.problems
    throw error
  }
  return []
}

const OWN_LEVEL = {
  number: 7,
  name: 'mine',
  title: 'Mine',
  processes: [{ name: 'web', role: 'web', command: 'node' }],
  ready: { path: '/' },
}
const SCENARIO = { name: 'home', title: 'Home', steps: [{ path: '/' }] }

describe('readPlan', () => {
  it('without a configuration takes the built-in ones', async () => {
    expect(await summary({ scenario: 'simple' })).toEqual({
      levels: ['0 built-in'],
      scenarios: ['simple built-in'],
    })
  })

  it('with one takes its levels and scenarios', async () => {
    write('rungs.config.json', JSON.stringify({ levels: [OWN_LEVEL], scenarios: [SCENARIO] }))
    expect(await summary({})).toEqual({
      levels: ['7 rungs.config.json'],
      scenarios: ['home rungs.config.json'],
    })
    expect((await plan()).levels[0]?.baseDir).toBe(dir)
  })

  it('will not load a service of yours with the requests of another', async () => {
    write('rungs.config.json', JSON.stringify({ levels: [OWN_LEVEL] }))
    expect(await problemsOf({})).toEqual([
      'rungs.config.json: declares levels but no scenarios; add scenarios, or name some with --scenario',
    ])
    expect(await problemsOf({ scenario: 'simple' })).toEqual([])
    expect(await problemsOf({ level: '0', scenario: 'simple' })).toEqual([
      "level 0: rungs.config.json declares none (0 (single) is a level of rungs' own reference service); it declares 7 (mine), all, lowest",
    ])
  })

  it('boots no level for a target', async () => {
    const { levels, configuration } = await plan({ target: 'http://localhost:8080', scenario: 'simple' })
    expect(levels).toEqual([])
    expect(configuration.settings.target).toBe('http://localhost:8080')
  })

  it('reads scenarios from files and folders that are named', async () => {
    write(
      'one.ts',
      `import { defineScenario } from 'rungs'\nexport default defineScenario(${JSON.stringify(SCENARIO)})`,
    )
    write('more/b.json', JSON.stringify({ $schema: 'x', ...SCENARIO, name: 'b' }))
    write(
      'more/a.mjs',
      `export default [${JSON.stringify({ ...SCENARIO, name: 'a1' })}, ${JSON.stringify({ ...SCENARIO, name: 'a2' })}]`,
    )
    write('more/inner/c.json', '{ broken')
    write('more/types.d.ts', 'export {}')
    write('more/README.md', '')
    expect((await summary({ scenario: './one.ts,more/,simple' })).scenarios).toEqual([
      'home one.ts',
      'a1 more/a.mjs',
      'a2 more/a.mjs',
      'b more/b.json',
      'simple built-in',
    ])
  })

  it('tells everything that is wrong, wherever it is', async () => {
    write('bad.json', JSON.stringify({ name: 'x', steps: [{ path: 'y', method: 'FETCH' }] }))
    write('worse.json', JSON.stringify([{ ...SCENARIO, steps: [{ path: '/{{x}}' }] }, 5]))
    write('empty/README.md', '')
    const problems = await problemsOf({
      level: '9',
      scenario: './bad.json,worse.json,./none.ts,empty/,./a.txt,nope',
      duration: 'abc',
    })
    expect(problems).toEqual([
      '--duration abc: must be a number of seconds above 0, such as 10 (or 500ms, 2m, 1h)',
      expect.stringMatching(/^level 9: there is none; there are 0 \(single\), .*lowest$/),
      'bad.json: title: is missing; it must be text',
      'bad.json: steps[0].method: must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'bad.json: steps[0].path: must start with /',
      'worse.json: [0].steps[0]: nothing sets {{x}}; name it in variables, a capture, setup or data, or double the braces to send it as it is: {{{{x}}}}',
      'worse.json: [1]: must be { name, title, steps }',
      'none.ts: does not exist',
      'empty: holds no scenario; files must end in .ts, .js, .mjs, .json',
      'a.txt: does not exist',
      expect.stringMatching(/^scenario nope: there is none; there are simple, /),
    ])
  })

  it('refuses two scenarios of one name', async () => {
    write('a.json', JSON.stringify(SCENARIO))
    write('b.json', JSON.stringify(SCENARIO))
    expect(await problemsOf({ scenario: './a.json,./b.json' })).toEqual([
      "scenario 'home' is declared by a.json and by b.json; rename one",
    ])
  })

  it('guesses no names while the configuration is broken', async () => {
    write('rungs.config.json', '{ "levls": [] }')
    expect(await problemsOf({ level: 'mine', repeats: '0' })).toEqual([
      "rungs.config.json: unknown property 'levls'; did you mean 'levels'?",
      '--repeats 0: must be a whole number from 1 to 1000, such as 5',
    ])
  })
})
