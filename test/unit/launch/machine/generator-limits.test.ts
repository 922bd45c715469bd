import { expect, it } from 'vitest'
import { localPortsIn, openFilesIn, tooMuchToOpen } from '../../../../src/launch/machine/generator-limits.js'

const limits = { openFiles: 256, localPorts: 41 }
const unknown = { openFiles: null, localPorts: null }
const few = { connections: 8, maxConnections: 0, generators: 1 }

it('refuses what cannot be opened for sure', () => {
  const { problems, warnings } = tooMuchToOpen({ ...few, connections: 400 }, limits)
  expect(problems).toEqual([
    expect.stringMatching(/^400 connections need 432 open files .* 256 \(ulimit -n\); /),
  ])
  expect(warnings).toHaveLength(1)
  const shared = tooMuchToOpen({ ...few, connections: 400, generators: 2 }, { ...limits, localPorts: null })
  expect(shared).toEqual({ problems: [], warnings: [] })
})

it('warns of what may come to be too little', () => {
  const { problems, warnings } = tooMuchToOpen({ ...few, maxConnections: 1_000 }, limits)
  expect(problems).toEqual([])
  expect(warnings).toEqual([
    expect.stringMatching(/^up to 1000 connections may need 1032 open files/),
    expect.stringMatching(/^up to 1000 connections need as many local ports, and this machine has 41/),
  ])
})

it('counts ports for each address', () => {
  const both = { ...few, connections: 80 }
  expect(tooMuchToOpen(both, limits).warnings).toHaveLength(1)
  expect(tooMuchToOpen({ ...both, addresses: 2 }, limits).warnings).toEqual([])
})

it('says nothing where there is enough, or nothing is known', () => {
  const none = { problems: [], warnings: [] }
  expect(tooMuchToOpen(few, limits)).toEqual(none)
  expect(tooMuchToOpen({ connections: 10_000, maxConnections: 10_000, generators: 1 }, unknown)).toEqual(none)
})

it('reads what Linux tells', () => {
  const text =
    'Limit  Soft Limit  Hard Limit  Units\nMax open files            1024                 524288               files\n'
  expect(openFilesIn(text)).toBe(524_288)
  expect(openFilesIn(text.replace('524288', 'unlimited'))).toBeNull()
  expect(openFilesIn('')).toBeNull()
  expect(localPortsIn('40000\t40040\n')).toBe(41)
  expect(localPortsIn('')).toBeNull()
})
