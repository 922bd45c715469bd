import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { leavesOf } from '../../../../src/launch/level-quota.js'
import { chooseWorkerCpus, type QuotaQuestion } from '../../../../src/launch/machine/worker-cpus.js'

function choose(change: Partial<QuotaQuestion>) {
  return chooseWorkerCpus({
    option: 'auto',
    workers: 4,
    serviceCores: 1,
    isApart: true,
    generators: 1,
    problem: null,
    ...change,
  })
}

describe('chooseWorkerCpus', () => {
  test.each<[string, Partial<QuotaQuestion>, number | null]>([
    ['off', { option: 'off', workers: 64, problem: 'no' }, null],
    ['as many cores as workers', { workers: 3, serviceCores: 3 }, null],
    ['more workers than cores: a third of them, in equal parts', { workers: 4, serviceCores: 1 }, 0.083],
    ['rounded down to two digits', { workers: 9, serviceCores: 1 }, 0.037],
    [
      'the generator takes a core where they are shared',
      { workers: 2, serviceCores: 2, isApart: false },
      0.16,
    ],
    ['but never more than half', { workers: 2, serviceCores: 1, isApart: false }, 0.083],
    ['what was asked for', { option: 0.25 }, 0.25],
  ])('%s', (_, change, cpus) => {
    expect(choose(change)).toEqual({ cpus, reason: null })
  })

  test('auto says why it gave none', () => {
    expect(choose({ problem: 'no control groups' })).toEqual({
      cpus: null,
      reason: 'no CPU quota for workers: no control groups',
    })
    expect(choose({ workers: 1_000 }).reason).toMatch(/1000 are too many for 1 core/)
  })

  test('auto fits the cores, whatever they are', () => {
    const counts = fc.integer({ min: 1, max: 128 })
    fc.assert(
      fc.property(counts, counts, fc.boolean(), counts, (workers, serviceCores, isApart, generators) => {
        const { cpus } = choose({ workers, serviceCores, isApart, generators })
        expect((cpus ?? 0) * workers).toBeLessThanOrEqual(serviceCores)
      }),
    )
  })

  test('what cannot be done is refused, with the largest that fits', () => {
    expect(() => choose({ option: 0.5, problem: 'no control groups' })).toThrow(
      'worker-cpus 0.5: no control groups',
    )
    expect(() => choose({ option: 0.5, workers: 8 })).toThrow(
      'worker-cpus 0.5: 8 workers would need 4 cores, and the service has 1 core: at most 0.125 fits',
    )
    expect(choose({ option: 0.125, workers: 8 }).cpus).toBe(0.125)
  })
})

test('leavesOf: the processes without children, wherever they hang below the roots', () => {
  const entry = (pid: number, ppid: number) => ({ pid, ppid, uid: 0, start: '1' })
  const table = [
    entry(1, 0),
    entry(10, 1),
    entry(11, 10),
    entry(12, 10),
    entry(13, 12),
    entry(20, 1),
    entry(30, 1),
  ]
  expect(leavesOf(table, [10, 20, 99]).map(({ pid }) => pid)).toEqual([11, 13, 20])
})
