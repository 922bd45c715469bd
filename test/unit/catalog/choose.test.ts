import { describe, expect, it } from 'vitest'
import { chooseLevels, chooseScenarios } from '../../../src/catalog/choose.js'
import type { LevelEntry, ScenarioEntry } from '../../../src/catalog/entries.js'
import { UserError } from '../../../src/words/errors.js'

function level(number: number, name: string, source = 'built-in'): LevelEntry {
  const processes = [{ name: 'web', role: 'web' as const, command: 'node' }]
  return { level: { number, name, title: name, processes, ready: { path: '/' } }, source, baseDir: '/' }
}

function scenario(name: string, source = 'built-in'): ScenarioEntry {
  return { scenario: { name, title: name, steps: [{ path: '/' }] }, source, baseDir: '/' }
}

const builtIn = [level(0, 'single'), level(1, 'cluster'), level(2, 'supervised')]
const numbers = (entries: readonly LevelEntry[]) => entries.map((entry) => entry.level.number)
const names = (entries: readonly ScenarioEntry[]) => entries.map((entry) => entry.scenario.name)

function problemsOf(act: () => unknown): readonly string[] {
  try {
    act()
  } catch (error) {
    if (error instanceof UserError) return error.problems
    throw error
  }
  return []
}

describe('chooseLevels', () => {
  it('takes numbers and names, lowest first, each once', () => {
    expect(numbers(chooseLevels(builtIn, ['2', 'single', '0']))).toEqual([0, 2])
  })

  it('all and lowest mean your own where there are any, ours otherwise', () => {
    expect(numbers(chooseLevels(builtIn, ['all']))).toEqual([0, 1, 2])
    expect(numbers(chooseLevels(builtIn, ['lowest']))).toEqual([0])
    const withOwn = [...builtIn, level(7, 'mine', 'rungs.config.ts'), level(9, 'other', 'rungs.config.ts')]
    expect(numbers(chooseLevels(withOwn, ['all']))).toEqual([7, 9])
    expect(numbers(chooseLevels(withOwn, ['lowest']))).toEqual([7])
  })

  it('takes none of ours where there are your own, and lists those', () => {
    const withOwn = [...builtIn, level(7, 'mine', 'rungs.config.ts')]
    const valid = 'it declares 7 (mine), all, lowest'
    expect(problemsOf(() => chooseLevels(withOwn, ['1', 'single', '5']))).toEqual([
      `level 1: rungs.config.ts declares none (1 (cluster) is a level of rungs' own reference service); ${valid}`,
      `level single: rungs.config.ts declares none (0 (single) is a level of rungs' own reference service); ${valid}`,
      'level 5: there is none; there are 7 (mine), all, lowest',
    ])
  })

  it('names every unknown one and the valid ones', () => {
    const valid = 'there are 0 (single), 1 (cluster), 2 (supervised), all, lowest'
    expect(problemsOf(() => chooseLevels(builtIn, ['9', 'cluser', '1']))).toEqual([
      `level 9: there is none; ${valid}`,
      `level cluser: there is none; did you mean 'cluster'? ${valid}`,
    ])
  })
})

describe('chooseScenarios', () => {
  const entries = [scenario('simple'), scenario('db-read')]

  it('keeps the order that was asked for, each once', async () => {
    expect(names(await chooseScenarios(entries, ['db-read', 'simple', 'db-read'], '/'))).toEqual([
      'db-read',
      'simple',
    ])
  })

  it('all means your own where there are any, ours otherwise', async () => {
    expect(names(await chooseScenarios(entries, ['all'], '/'))).toEqual(['simple', 'db-read'])
    const withOwn = [...entries, scenario('mine', 'rungs.config.ts')]
    expect(names(await chooseScenarios(withOwn, ['all'], '/'))).toEqual(['mine'])
    expect(names(await chooseScenarios(withOwn, ['simple', 'all'], '/'))).toEqual(['simple', 'mine'])
  })

  it('names every unknown one and the valid ones', async () => {
    const valid = 'there are simple, db-read, all, and files such as ./mine.ts'
    await expect(chooseScenarios(entries, ['simpel', 'xyz'], '/')).rejects.toMatchObject({
      problems: [
        `scenario simpel: there is none; did you mean 'simple'? ${valid}`,
        `scenario xyz: there is none; ${valid}`,
      ],
    })
  })
})
