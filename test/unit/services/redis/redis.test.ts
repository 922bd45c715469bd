import { describe, expect, test } from 'vitest'
import { isOwnPrefix, isRedisUrl, redisProblem } from '../../../../src/services/redis/redis-keys.js'
import { parseRedisVersion } from '../../../../src/services/redis/redis-programs.js'

describe('Redis', () => {
  test.each([
    ['redis://127.0.0.1:6379/0', true],
    ['rediss://u:p@h', true],
    ['postgres://h/d', false],
    ['localhost:6379', false],
  ])('%s leads to one: %s', (url, expected) => {
    expect(isRedisUrl(url)).toBe(expected)
  })

  test.each(['app', 'rungs_', 'rungs_a*', 'rungs_a:b', 'Rungs_a'])('%s is nothing to delete', (prefix) => {
    expect(isOwnPrefix(prefix)).toBe(false)
  })

  test('versions, of Redis and of Valkey', () => {
    expect(parseRedisVersion('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64')).toBe(
      '7.0.15',
    )
    expect(parseRedisVersion('Valkey server v=8.1.1 sha=00000000:0 bits=64')).toBe('8.1.1')
    expect(parseRedisVersion('something else')).toBeNull()
  })

  test('what went wrong, in words', () => {
    expect(redisProblem(new Error('WRONGPASS invalid username-password pair'))).toBe(
      'user or password refused',
    )
    expect(redisProblem(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))).toBe('nobody listens there')
    expect(redisProblem(new Error('ERR DB index is out of range'))).toBe('no database of that number')
    expect(redisProblem(new Error('odd'))).toBe('odd')
  })
})
