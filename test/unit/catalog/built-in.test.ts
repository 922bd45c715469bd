import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { SEED_PASSWORD } from '../../../src/app/data/seeding.js'
import { findLevels } from '../../../src/catalog/find-levels.js'
import { findScenarios } from '../../../src/catalog/find-scenarios.js'
import { findPackageRoot } from '../../../src/catalog/package-root.js'
import { configProblems } from '../../../src/config/file/declarations.js'
import type { LoadedConfig } from '../../../src/config/file/load-config.js'
import type { RungsConfig } from '../../../src/model/config.js'

function loaded(config: RungsConfig): LoadedConfig {
  return { file: '/x/rungs.config.ts', name: 'rungs.config.ts', baseDir: '/x', config }
}

describe('the built-in levels and scenarios', () => {
  it('are right by the rules for everybody else’s', async () => {
    const levels = (await findLevels(null)).map(({ level }) => level)
    const scenarios = (await findScenarios(null)).map(({ scenario }) => scenario)
    expect(configProblems({ levels, scenarios })).toEqual([])
    expect(scenarios.length).toBeGreaterThan(0)
  })

  it('come in the order of the work that they ask for', async () => {
    expect((await findScenarios(null)).map(({ scenario }) => scenario.name)).toEqual([
      'simple',
      'db-read',
      'db-write',
      'auth-me',
      'auth-login',
      'report',
      'mixed',
      'tasks',
      'mixed-with-tasks',
    ])
  })

  it('are all scenarios that there is a file of', async () => {
    const files = readdirSync('scenarios').filter((name) => name.endsWith('.ts') && name !== 'all.ts')
    const names = (await findScenarios(null)).map(({ scenario }) => `${scenario.name}.ts`)
    expect(names.sort()).toEqual(files.sort())
  })

  it('check the body of every answer, so that a fast error never counts', async () => {
    for (const { scenario } of await findScenarios(null)) {
      const all = [scenario, ...(scenario.variants ?? [])].flatMap(({ steps }) => steps)
      for (const { expect: expected, capture } of all) {
        expect(expected?.status, scenario.name).toBeTypeOf('number')
        expect(expected?.json ?? capture, scenario.name).toBeDefined()
      }
    }
  })

  it('log in with the password of the seeded users', async () => {
    const passwords: unknown[] = []
    const request = async (_: string, init: { body?: unknown } = {}) => {
      passwords.push((init.body as { password: string }).password)
      return { status: 200, body: { token: 't' } }
    }
    for (const { scenario } of await findScenarios(null)) {
      if (scenario.needs === undefined) await scenario.setup?.({ baseUrl: '', request })
      for (const { path, body } of scenario.steps) {
        if (path === '/api/auth/login') passwords.push((body as { password: string }).password)
      }
    }
    expect(passwords.length).toBeGreaterThan(0)
    expect(new Set(passwords)).toEqual(new Set([SEED_PASSWORD]))
  })

  it('auth-me hands over one token a user, or says who could not log in', async () => {
    const entry = (await findScenarios(null)).find(({ scenario }) => scenario.name === 'auth-me')
    const asked: unknown[] = []
    const request = async (path: string, init: { body?: unknown } = {}) => {
      asked.push([path, (init.body as { email: string }).email])
      return { status: 200, body: { token: `t${asked.length}` } }
    }
    expect(await entry?.scenario.setup?.({ baseUrl: '', request })).toEqual({
      token: ['t1', 't2', 't3', 't4'],
    })
    expect(new Set(asked.map(String)).size).toBe(4)
    const refused = async () => ({ status: 503, body: '' })
    await expect(entry?.scenario.setup?.({ baseUrl: '', request: refused })).rejects.toThrow(
      'user1@example.com cannot log in: status 503',
    )
  })

  it('the writing ones make addresses that no other run makes', async () => {
    for (const name of ['db-write', 'mixed']) {
      const entry = (await findScenarios(null)).find(({ scenario }) => scenario.name === name)
      const api = { baseUrl: '', request: async () => ({ status: 200, body: { token: 't' } }) }
      const first = await entry?.scenario.setup?.(api)
      const second = await entry?.scenario.setup?.(api)
      expect(first?.cell).toBeTypeOf('string')
      expect(first?.cell).not.toBe(second?.cell)
    }
  })

  it('are replaced by your own of the same number or name', async () => {
    const scenario = { name: 'simple', title: 'Mine', steps: [{ path: '/mine' }] }
    const scenarios = await findScenarios(loaded({ scenarios: [scenario] }))
    expect(scenarios.filter((entry) => entry.scenario.name === 'simple')).toEqual([
      { scenario, source: 'rungs.config.ts', baseDir: '/x' },
    ])

    const mine = {
      title: 'Mine',
      processes: [{ name: 'w', role: 'web' as const, command: 'x' }],
      ready: { path: '/' },
    }
    const levels = [
      { ...mine, number: 0, name: 'mine' },
      { ...mine, number: 50, name: 'cluster' },
    ]
    const found = await findLevels(loaded({ levels }))
    expect(found.filter(({ level }) => level.number === 0 || level.name === 'cluster')).toEqual(
      levels.map((level) => ({ level, source: 'rungs.config.ts', baseDir: '/x' })),
    )
    expect(found.map(({ level }) => level.number)).toEqual(
      found.map(({ level }) => level.number).sort((a, b) => a - b),
    )
  })
})

describe('findPackageRoot', () => {
  it('finds the package from a source and from a built module', () => {
    const dir = process.cwd()
    expect(findPackageRoot()).toEqual({ dir, modules: dir, ending: '.ts' })
    const built = pathToFileURL(join(dir, 'dist/src/catalog/package-root.js')).href
    expect(findPackageRoot(built)).toEqual({ dir, modules: join(dir, 'dist'), ending: '.js' })
    expect(existsSync(join(dir, 'package.json'))).toBe(true)
  })

  it('says so when there is none', () => {
    expect(() => findPackageRoot('file:///nowhere/x.js')).toThrow(
      'no package.json of rungs above /nowhere/x.js',
    )
  })
})
