import { describe, expect, test } from 'vitest'
import { plainUrl, postgresParts } from '../../../../src/services/postgres/postgres-parts.js'

describe('postgresParts', () => {
  test('takes a URL apart, decoded, with the port that it leaves out', () => {
    expect(postgresParts('postgres://u%40x:p%2Fw@db.test/shop')).toEqual({
      'postgres.host': 'db.test',
      'postgres.port': '5432',
      'postgres.user': 'u@x',
      'postgres.password': 'p/w',
      'postgres.database': 'shop',
      'postgres.url': 'postgresql://u%40x:p%2Fw@db.test/shop',
    })
  })

  test('finds the folder of a socket, and an IPv6 address', () => {
    expect(postgresParts('postgresql:///shop?host=/run/pg&port=5433')).toMatchObject({
      'postgres.host': '/run/pg',
      'postgres.port': '5433',
      'postgres.database': 'shop',
    })
    expect(postgresParts('postgresql://u@[::1]:5/shop')).toMatchObject({
      'postgres.host': '::1',
      'postgres.port': '5',
    })
  })
})

test.each(['postgres', 'postgresql', 'postgresql+asyncpg', 'postgres+psycopg2'])(
  '%s:// is Postgres',
  (scheme) => {
    expect(plainUrl(`${scheme}://u:p@h:1/d`)).toBe('postgresql://u:p@h:1/d')
  },
)
