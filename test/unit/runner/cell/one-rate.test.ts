import { expect, it } from 'vitest'
import { earlierLoad, lowestCapacity, turnsOf } from '../../../../src/runner/cell/one-rate.js'
import { makeRun } from '../../../helpers/run-fixture.js'

const ONE = { profile: 'steady', arrival: 'uniform', rate: null, share: 0.6, maxConnections: 8 } as const

function turns(keys: string[], repeats: number, latency: object, skipped: string[] = []) {
  const run = makeRun({ cells: [], settings: { latency: { ...ONE, ...latency } } })
  const levels = keys.map((key) => ({
    info: { key } as never,
    skip: skipped.includes(key) ? { reason: 'no pm2', fix: null } : null,
  }))
  const groups = Array.from({ length: repeats }, (_, i) =>
    keys.map((level) => ({ level, repeat: i + 1, scenarios: ['a', 'b'] })),
  ).flat()
  return turnsOf({ run, levels, groups }).map(({ level, repeat, phases, scenarios }) =>
    [level, repeat, phases, scenarios.join('')].join(' '),
  )
}

it('knows all capacities before the first latency, with one boot more for each level but the last', () => {
  expect(turns(['0', '1', '2'], 2, { shareOf: 'lowest' })).toEqual([
    '0 1 capacity ab',
    '1 1 capacity ab',
    '2 1 both ab',
    '1 1 latency ba',
    '0 1 latency ba',
    '0 2 both ab',
    '1 2 both ab',
    '2 2 both ab',
  ])
})

it.each([
  ['a share of each level’s own capacity', { shareOf: 'own' }, []],
  ['a result of an older rungs', {}, []],
  ['a given rate', { rate: 100, share: null }, []],
  ['one level that can run', { shareOf: 'lowest' }, ['1']],
])('boots each level once for %s', (_, latency, skipped) => {
  expect(turns(['0', '1'], 1, latency, skipped)).toEqual(['0 1 both ab', '1 1 both ab'])
})

it('goes by the lowest capacity, and by the rate that the others got', () => {
  const { cells } = makeRun({
    cells: [
      { level: '0', scenario: 'a', throughput: 1_000, latency: { rate: 300 } },
      { level: '1', scenario: 'a', throughput: 700, latency: null },
      { level: '2', scenario: 'a', throughput: 900, latency: { rate: 150 } },
      { level: '0', scenario: 'b', throughput: 10, latency: null },
    ],
  })
  expect([lowestCapacity(cells, 'a'), lowestCapacity(cells, 'c')]).toEqual([700, null])
  expect(earlierLoad(cells, { level: '1', scenario: 'a' }, true)).toMatchObject({ rate: 150 })
  expect(earlierLoad(cells, { level: '0', scenario: 'a' }, true)).toMatchObject({ rate: 300 })
  expect(earlierLoad(cells, { level: '1', scenario: 'a' }, false)).toBeNull()
  expect(earlierLoad(cells, { level: '1', scenario: 'b' }, true)).toBeNull()
})
