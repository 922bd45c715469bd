import { describe, expect, test } from 'vitest'
import { redact, secretsOf } from '../../../../src/services/support/redact.js'

describe('redact', () => {
  test.each([
    ['postgres://app:s3cret@db:5432/x?sslmode=require', 'postgres://app:***@db:5432/x?sslmode=require'],
    ['postgres://app:p@ss:w@db/x', 'postgres://app:***@db/x'],
    ['redis://:s3cret@cache', 'redis://:***@cache'],
    ['JWT_SECRET=abc PORT=1', 'JWT_SECRET=*** PORT=1'],
    ['{"jwt_secret":"abc","port":1}', '{"jwt_secret":"***","port":1}'],
    ['password: hunter2', 'password: ***'],
    ['run --api-key k1 --token=t2', 'run --api-key *** --token=***'],
    ['Authorization: Bearer eyJ.a-b_c', 'Authorization: Bearer ***'],
  ])('hides what is secret in %s', (text, shown) => {
    expect(redact(text)).toBe(shown)
  })

  test.each([
    'GET http://127.0.0.1:8080/users/a@b answered 500',
    'listening on http://127.0.0.1:8080',
    'postgres://app@db/x',
    'PWD=/home/me KEEPALIVE=5',
    'password authentication failed for user "app"',
  ])('leaves %s as it is', (text) => {
    expect(redact(text)).toBe(text)
  })

  test('hides known values wherever they stand', () => {
    expect(redact('signed with zebra-77', ['zebra-77'])).toBe('signed with ***')
  })
})

test('secretsOf finds values of secret names and passwords of URLs, also decoded, but no short words', () => {
  const env = {
    APP_JWT_SECRET: 'zebra-77',
    DATABASE_URL: 'postgres://a:p%40ssword@h/x',
    TOKEN: 'on',
    PORT: '80801234',
  }
  expect(secretsOf(env).sort()).toEqual(['p%40ssword', 'p@ssword', 'zebra-77'])
})
