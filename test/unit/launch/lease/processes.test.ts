import { describe, expect, test } from 'vitest'
import { select, topOf } from '../../../../src/launch/lease/end-processes.js'
import { parsePs, parseStat } from '../../../../src/launch/lease/processes.js'

const STAT = (name: string, state: string): string =>
  `42 (${name}) ${state} 7 42 42 0 -1 4194560 1 0 0 0 5 6 0 0 20 0 1 0 987654 1 2`

describe('parseStat', () => {
  test('reads parent and start, whatever the name holds', () => {
    const entry = { pid: 42, ppid: 7, uid: 1000, start: '987654' }
    expect(parseStat(42, 1000, STAT('node', 'S'))).toEqual(entry)
    expect(parseStat(42, 1000, STAT(') R 1 (x', 'S'))).toEqual(entry)
  })

  test('an ended process that waits to be collected is none', () => {
    expect(parseStat(42, 1000, STAT('node', 'Z'))).toBeNull()
  })
})

test('parsePs reads the start as one text and leaves out zombies', () => {
  const text =
    '    1     0     0 Ss   Sat Nov 21 02:00:00 2026\n   42     1   501 Z    Sat Nov 21 02:00:01 2026\n'
  expect(parsePs(text)).toEqual([{ pid: 1, ppid: 0, uid: 0, start: 'Sat Nov 21 02:00:00 2026' }])
})

describe('select', () => {
  const uid = process.getuid?.() ?? 0
  const entry = (
    pid: number,
    ppid: number,
    owner = uid,
  ): { pid: number; ppid: number; uid: number; start: string } => ({
    pid,
    ppid,
    uid: owner,
    start: `s${pid}`,
  })
  const table = [
    entry(1, 0),
    entry(process.pid, 1),
    entry(900_001, process.pid),
    entry(900_002, 900_001),
    entry(900_003, 1),
    entry(900_004, 1),
  ]
  const marked =
    (...pids: number[]) =>
    (pid: number): boolean =>
      pids.includes(pid)
  const pids = (entries: readonly { pid: number }[]): number[] => entries.map(({ pid }) => pid)

  test('takes the marked ones and all that descends from them', () => {
    const chosen = select(table, { marker: 'X=1', known: [] }, marked(900_001, 900_003))
    expect(pids(chosen)).toEqual([900_001, 900_002, 900_003])
    expect(pids(topOf(chosen))).toEqual([900_001, 900_003])
  })

  test('takes roots and known ones only while pid and start both agree', () => {
    const roots = [{ pid: 900_001, start: 'another' }]
    const known = [{ pid: 900_004, start: 's900004' }]
    expect(pids(select(table, { marker: 'X=1', roots, known }, marked()))).toEqual([900_004])
  })

  test('spares this process and its ancestors, even when marked', () => {
    expect(pids(select(table, { marker: 'X=1', known: [] }, marked(1, process.pid)))).not.toContain(
      process.pid,
    )
    expect(pids(select(table, { marker: 'X=1', known: [] }, marked(1)))).not.toContain(1)
  })
})
