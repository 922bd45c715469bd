import { expect, it } from 'vitest'
import { daemonsOf } from '../../../src/observe/container-daemons.js'
import { type ProcessRow, parseProcStat } from '../../../src/observe/process-table.js'

it('knows what carries the traffic of containers, and not what runs in them', () => {
  const rest = 'S 1 7 0 0 -1 4194560 1 0 0 0 250 50 0 0 20 0 11 0 123456 1000000 2048 18446744073709551615'
  const names = ['dockerd', 'docker-proxy', 'containerd-shim', 'node', 'postgres', 'dockerd-fan']
  const rows = names.map((name, i) => parseProcStat(i + 1, `${i + 1} (${name}) ${rest}`) as ProcessRow)
  const table = new Map(rows.map((row) => [row.pid, row]))
  expect(daemonsOf(table).map(({ pid }) => pid)).toEqual([1, 2, 3])
  expect(daemonsOf(new Map([[9, { ...rows[0], name: undefined } as never]]))).toEqual([])
})
