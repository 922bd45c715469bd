import { expect, it } from 'vitest'
import { askedScenario } from '../../../../src/cli/plan/asked-scenario.js'
import type { RunScenario } from '../../../../src/model/run/run.js'

const scenario = (name: string) => ({ name }) as RunScenario
const run = (startedAt: string, ...names: string[]) => ({ startedAt, scenarios: names.map(scenario) })
const search = (startedAt: string, name: string) => ({ startedAt, scenario: scenario(name) })

it.each([
  ['as named', 'own', [run('1', 'simple')], [], 'own'],
  ['simple, where it was measured', null, [run('1', 'db-read', 'simple'), run('2', 'x')], [], 'simple'],
  ['the first of the newest run', null, [run('2', 'b', 'a'), run('1', 'c')], [search('1', 'd')], 'b'],
  ['that of the newest search', null, [run('1', 'b')], [search('2', 'd')], 'd'],
  ['simple, where there is nothing', null, [run('3')], [], 'simple'],
])('is %s', (_, named, runs, searches, expected) => {
  expect(askedScenario(named, runs, searches)).toBe(expected)
})
