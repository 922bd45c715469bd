import { describe, expect, it } from 'vitest'
import { readAutocannon, readWrk } from '../../../src/calibrate/peers.js'

describe('what wrk prints', () => {
  const TEXT = `Running 1s test @ http://127.0.0.1:18999/
  1 threads and 10 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     5.83ms    1.01ms  14.71ms   81.01%
    Req/Sec     1.72k    73.50     1.83k    60.00%
  Latency Distribution
     50%  870.00us
     75%    5.94ms
     90%    6.76ms
     99%    1.16s
  1712 requests in 1.00s, 207.31KB read
  Socket errors: connect 0, read 12, write 1, timeout 3
  Non-2xx or 3xx responses: 4
Requests/sec:   1709.04
Transfer/sec:    206.95KB
`
  it('is read in every unit, with all its errors', () => {
    expect(readWrk(TEXT)).toEqual({ p50Us: 870, p90Us: 6_760, p99Us: 1_160_000, answers: 1_712, errors: 20 })
  })

  it('has no latency without answers', () => {
    const none = TEXT.replace('1712 requests', '0 requests')
    expect(readWrk(none)).toMatchObject({ p50Us: null, p90Us: null, p99Us: null, answers: 0 })
  })

  it('is refused when it is something else', () => {
    expect(() => readWrk('unable to connect')).toThrow('no count of requests')
  })
})

describe('what autocannon prints', () => {
  const result = (changes: object) =>
    `\n${JSON.stringify({ errors: 2, non2xx: 3, '2xx': 100, latency: { p50: 5, p90: 6, p99: 8, totalCount: 100 }, ...changes })}\n`

  it('is read from whole milliseconds', () => {
    expect(readAutocannon(result({}))).toEqual({
      p50Us: 5_000,
      p90Us: 6_000,
      p99Us: 8_000,
      answers: 103,
      errors: 5,
    })
  })

  it('has no latency without answers, where it says 0', () => {
    const latency = { p50: 0, p90: 0, p99: 0, totalCount: 0 }
    expect(readAutocannon(result({ latency, '2xx': 0, non2xx: 0 }))).toMatchObject({
      p50Us: null,
      p99Us: null,
    })
  })

  it('is refused when it is something else', () => {
    expect(() => readAutocannon('Usage: autocannon')).toThrow('no JSON')
  })
})
