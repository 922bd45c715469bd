import { describe, expect, test } from 'vitest'
import {
  type LeaseRecord,
  leaseFolders,
  newLeaseId,
  ownerPidOf,
  parseLease,
} from '../../../../src/launch/lease/lease-file.js'
import { ownerState } from '../../../../src/launch/lease/sweep.js'

const space = { host: 'h', boot: 'b', namespace: 'n' }
const record: LeaseRecord = {
  version: 1,
  id: '2s-0123456789',
  createdAt: '2026-01-01T00:00:00.000Z',
  owner: { pid: 100, start: '5' },
  space,
  tempDir: '/tmp/rungs-2s-0123456789',
  processes: [{ pid: 101, start: '6', stopSignal: 'SIGINT' }],
  databases: [{ adminUrl: 'postgres://h/x', name: 'rungs_x' }],
}

test('a lease id tells its owner, even when the file is damaged', () => {
  expect(ownerPidOf(newLeaseId(4_194_304))).toBe(4_194_304)
  expect(ownerPidOf('notes')).toBeNull()
  expect(ownerPidOf('../../etc/passwd')).toBeNull()
})

describe('parseLease', () => {
  const text = JSON.stringify(record)

  test('reads what was written', () => {
    expect(parseLease(record.id, text)).toEqual(record)
  })

  test.each([
    ['empty', ''],
    ['truncated', text.slice(0, 80)],
    ['not an object', '[]'],
    ['null', 'null'],
    ['of another version', JSON.stringify({ ...record, version: 2 })],
    ['without an owner', JSON.stringify({ ...record, owner: undefined })],
    ['with a process that is none', JSON.stringify({ ...record, processes: [null] })],
    ['with a database that is none', JSON.stringify({ ...record, databases: [{ name: 1 }] })],
    ['with a null database', JSON.stringify({ ...record, databases: [null] })],
  ])('%s: damaged', (_, damaged) => {
    expect(parseLease(record.id, damaged)).toBeNull()
  })

  test('the id of another lease: damaged', () => {
    expect(parseLease('2s-9999999999', text)).toBeNull()
  })
})

describe('ownerState', () => {
  const yes = (): boolean => true
  const no = (): boolean => false

  test('goes by the owner where pids mean the same', () => {
    expect(ownerState(record, space, yes)).toBe('alive')
    expect(ownerState(record, space, no)).toBe('dead')
  })

  test('is dead after a reboot, although pid and start may agree with a stranger', () => {
    expect(ownerState(record, { ...space, boot: 'later' }, yes)).toBe('dead')
  })

  test('is elsewhere in another machine or container', () => {
    expect(ownerState(record, { ...space, host: 'other' }, no)).toBe('elsewhere')
    expect(ownerState(record, { ...space, namespace: 'other' }, no)).toBe('elsewhere')
  })
})

test('leases lie where the environment says', () => {
  expect(leaseFolders({ RUNGS_STATE_DIR: '/s' })).toEqual(['/s/leases'])
  expect(leaseFolders({ XDG_STATE_HOME: '/x', HOME: '/h' })[0]).toBe('/x/rungs/leases')
  expect(leaseFolders({ XDG_STATE_HOME: 'relative', HOME: '/h' })[0]).toBe('/h/.local/state/rungs/leases')
})
