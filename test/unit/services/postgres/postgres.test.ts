import { describe, expect, test } from 'vitest'
import {
  connectionProblem,
  databaseName,
  isOwnDatabase,
  placeOf,
  urlOf,
} from '../../../../src/services/postgres/postgres-databases.js'
import { urlProblem } from '../../../../src/services/postgres/postgres-given.js'
import { byVersionDescending, parseVersion } from '../../../../src/services/postgres/postgres-programs.js'
import { portsOutside } from '../../../../src/services/support/free-port.js'
import { pinned } from '../../../../src/services/support/pinned.js'

describe('names of databases', () => {
  test('hold lease, number and label in characters that need no quotes', () => {
    expect(databaseName('k3-0a1b2c3d4e', 2, 'Level 1/repeat-2')).toBe(
      'rungs_k3_0a1b2c3d4e_2_level_1_repeat_2',
    )
  })

  test('stay within the 63 bytes that Postgres keeps, unique part first', () => {
    const name = databaseName('k3-0a1b2c3d4e', 2, 'x'.repeat(100))
    expect(name).toHaveLength(63)
    expect(name).toMatch(/^rungs_k3_0a1b2c3d4e_2_x+$/)
  })

  test.each(['postgres', 'rungs', 'rungs_', 'rungs_a"; DROP DATABASE b', 'Rungs_A'])(
    '%s is nothing to drop',
    (name) => {
      expect(isOwnDatabase(name)).toBe(false)
    },
  )
})

describe('URLs', () => {
  test('urlOf changes the database and nothing else', () => {
    expect(urlOf('postgres://a:b@h:1/old?sslmode=require', 'new')).toBe(
      'postgres://a:b@h:1/new?sslmode=require',
    )
  })

  test('placeOf shows neither password nor parameters', () => {
    expect(placeOf('postgres://a:b@h:1/x?password=c')).toBe('postgres://a@h:1/x')
    expect(placeOf('postgres:///x?host=/run/postgresql')).toBe('postgres:///run/postgresql/x')
  })

  test('urlProblem tells what is no Postgres URL, without repeating it', () => {
    for (const scheme of ['postgresql', 'postgres', 'postgresql+asyncpg']) {
      expect(urlProblem(`${scheme}://h/x`)).toBeNull()
    }
    expect(urlProblem('s3cret')).toMatch(/^DATABASE_URL is not a URL/)
    expect(urlProblem('mysql://u:s3cret@h/x')).toMatch(/mysql:/)
    expect(urlProblem('mysql://u:s3cret@h/x')).not.toMatch(/s3cret/)
  })
})

test('connectionProblem looks into the error that a host with several addresses gives', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  expect(connectionProblem(new AggregateError([refused], ''))).toBe('nobody listens there')
})

test.each([
  ['postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', '15.18'],
  ['postgres (PostgreSQL) 18.4', '18.4'],
  ['postgres (PostgreSQL) 19beta1', '19beta1'],
  ['command not found', null],
])('the version of "%s" is %s', (text, version) => {
  expect(parseVersion(text)).toBe(version)
})

test('versions sort by number, newest first', () => {
  expect(byVersionDescending(['9.6', '15', '10'])).toEqual(['15', '10', '9.6'])
  expect(byVersionDescending(['postgresql', 'postgresql@9', 'postgresql@17'])[0]).toBe('postgresql@17')
})

test('portsOutside avoids the range of outgoing connections', () => {
  expect(portsOutside([32_768, 60_999])).toEqual([15_000, 32_767])
  expect(portsOutside([1_024, 60_999])).toEqual([61_000, 65_535])
  expect(portsOutside([1_024, 65_535])).toBeNull()
})

test('pinned wraps a command only where there are cores', () => {
  const invocation = { command: '/bin/x', args: ['-a'] }
  expect(pinned(invocation, undefined)).toBe(invocation)
  expect(pinned(invocation, [])).toBe(invocation)
  expect(pinned(invocation, [1, 3])).toEqual({ command: 'taskset', args: ['-c', '1,3', '/bin/x', '-a'] })
})
