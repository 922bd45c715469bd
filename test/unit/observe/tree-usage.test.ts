import { describe, expect, it } from 'vitest'
import type { ProcessRow } from '../../../src/observe/process-table.js'
import { TreeUsage, treeOf } from '../../../src/observe/tree-usage.js'

function row(pid: number, ppid: number, cpuUs = 0, rssBytes = 0, startedAt = '1'): ProcessRow {
  return { pid, ppid, cpuUs, rssBytes, threads: 1, startedAt }
}

describe('treeOf', () => {
  const table = new Map([row(1, 0), row(10, 1), row(11, 10), row(12, 11), row(20, 1)].map((r) => [r.pid, r]))

  it('holds the roots and everything below them', () => {
    expect(
      treeOf(table, [10])
        .map((r) => r.pid)
        .toSorted(),
    ).toEqual([10, 11, 12])
  })

  it('leaves out a root that has ended', () => {
    expect(treeOf(table, [99])).toEqual([])
  })
})

describe('TreeUsage', () => {
  it('counts from the first look, a newcomer from its start, a leaver up to its last look', () => {
    const usage = new TreeUsage()
    usage.look([row(1, 0, 1_000, 50), row(2, 1, 500, 50)])
    usage.look([row(1, 0, 1_200, 60), row(2, 1, 900, 60), row(3, 1, 70, 60)])
    usage.look([row(1, 0, 1_300, 40), row(3, 1, 100, 40)])
    expect(usage.total()).toEqual({ cpuUs: 300 + 400 + 100, processes: 2, rssPeakBytes: 180 })
  })

  it('does not take a new process for an old one with its pid', () => {
    const usage = new TreeUsage()
    usage.look([row(1, 0, 1_000, 0, 'a')])
    usage.look([row(1, 0, 30, 0, 'b')])
    expect(usage.total().cpuUs).toBe(30)
  })
})
