import { describe, expect, it } from 'vitest'
import { checkTarget } from '../../../src/config/target.js'

describe('checkTarget', () => {
  it.each([
    ['http://localhost:3000', 'http://localhost:3000'],
    ['http://LOCALHOST:3000/', 'http://localhost:3000'],
    ['https://127.0.0.1', 'https://127.0.0.1'],
    ['http://127.9.8.7:1', 'http://127.9.8.7:1'],
    ['http://127.1:80', 'http://127.0.0.1'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['http://[::ffff:127.0.0.1]:8080', 'http://[::ffff:7f00:1]:8080'],
  ])('takes %s, which is this machine', (url, value) => {
    expect(checkTarget(url, [])).toEqual({ value })
  })

  it.each([
    'http://example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://10.0.0.1:3000',
    'http://0.0.0.0:3000',
    'http://[::ffff:10.0.0.1]',
    'http://128.0.0.1',
  ])('refuses %s', (url) => {
    expect(checkTarget(url, [])).toEqual({ problem: expect.stringContaining('is not on this machine') })
  })

  it('takes another host only by its very name', () => {
    expect(checkTarget('http://staging.example.com:81', ['Staging.example.com'])).toEqual({
      value: 'http://staging.example.com:81',
    })
    expect(checkTarget('http://evil.staging.example.com', ['staging.example.com'])).toHaveProperty('problem')
    expect(checkTarget('http://[fd00::1]:81', ['fd00::1'])).toEqual({ value: 'http://[fd00::1]:81' })
    expect(checkTarget('http://[fd00::1]:81', [])).toEqual({
      problem: 'is not on this machine; if you may load it, add --allow-remote fd00::1',
    })
  })

  it.each(['8080', 'localhost:8080', 'ftp://localhost', '', 'http://', 'ws://localhost'])(
    'refuses %j',
    (url) => {
      expect(checkTarget(url, [])).toEqual({ problem: expect.stringContaining('http:// or https://') })
    },
  )

  it('takes no path, query or password', () => {
    expect(checkTarget('http://localhost/api', [])).toEqual({
      problem: 'must be scheme, host and port only, http://localhost; paths belong to the scenario',
    })
    expect(checkTarget('http://localhost/?a=1', [])).toHaveProperty('problem')
    expect(checkTarget('http://user:pw@localhost/', [])).toEqual({
      problem: expect.stringContaining('user or password'),
    })
  })
})
