import { describe, expect, it } from 'vitest'
import {
  ProcessTable,
  parseProcStat,
  parsePs,
  parsePsTime,
  readProcessTable,
} from '../../../src/observe/process-table.js'
import { lackOfLinux, needs } from '../../helpers/needs.js'

describe('parseProcStat', () => {
  it('reads parent, CPU, start and memory, whatever the command is called', () => {
    const rest = '7 7 0 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 11 0 123456 1000000 2048 18446744073709551615'
    expect(parseProcStat(42, `42 (a) b (c) S ${rest}`)).toEqual({
      pid: 42,
      ppid: 7,
      name: 'a) b (c',
      cpuUs: 3_000_000,
      rssBytes: 2048 * 4096,
      threads: 11,
      startedAt: '123456',
    })
  })

  it('gives null for a line that was cut off', () => {
    expect(parseProcStat(42, '42 (node) S 7 7')).toBeNull()
  })
})

it.each([
  ['0:01.50', 1_500_000],
  ['01:02:03', 3_723_000_000],
  ['2-00:00:01', 172_801_000_000],
])('parsePsTime(%s)', (text, us) => {
  expect(parsePsTime(text)).toBe(us)
})

it('finds this process and its parent', () => {
  const table = readProcessTable()
  expect(table.get(process.pid)).toMatchObject({ ppid: process.ppid })
  expect(table.get(process.pid)?.rssBytes).toBeGreaterThan(1e6)
})

it('parsePs has no threads, and the start in words', () => {
  const table = parsePs('    7     1   2048   00:00:02 Sat Nov 21 04:00:00 2026\n\n')
  expect([...table.values()]).toEqual([
    {
      pid: 7,
      ppid: 1,
      cpuUs: 2_000_000,
      rssBytes: 2_097_152,
      threads: null,
      startedAt: 'Sat Nov 21 04:00:00 2026',
    },
  ])
})

it('a look reads what is watched anew, and repeats the rest', needs(lackOfLinux), () => {
  const table = new ProcessTable()
  const first = table.look(new Set())
  const watched = table.look(new Set([process.pid]))
  expect(watched.get(process.ppid)).toBe(first.get(process.ppid))
  expect(watched.get(process.pid)).not.toBe(first.get(process.pid))
  expect(watched.get(process.pid)?.threads).toBeGreaterThan(1)
})
