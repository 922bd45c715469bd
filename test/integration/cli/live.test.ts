import { get, type IncomingHttpHeaders } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LiveFeed } from '../../../src/cli/live/live-feed.js'
import { type LiveServer, serveLive } from '../../../src/cli/live/live-server.js'
import { together } from '../../../src/cli/live/together.js'
import { RunState } from '../../../src/cli/terminal/run-state.js'
import type { Cell, RunLevel } from '../../../src/model/run/run.js'
import type { CellRef, RunEvents } from '../../../src/runner/cell/events.js'

const REF: CellRef = {
  level: { key: '0', number: 0, name: 'single' } as RunLevel,
  scenario: '<b>x</b>',
  repeat: 1,
  index: 1,
  of: 1,
}

let events: RunEvents
let server: LiveServer

beforeEach(async () => {
  const state = new RunState({ cellSeconds: 5, readsTimes: true })
  const feed = new LiveFeed({ state, describeCell: () => 'done', secondsNow: () => 1 })
  events = together(state, feed)
  server = await serveLive(feed)
})
afterEach(() => server.close('over'))

function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    const request = get(new URL(path, server.url), { headers, method }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    request.on('error', reject)
  })
}

describe('the server of a live page', () => {
  it('serves a page that may load nothing from anywhere else', async () => {
    const { status, headers, text } = await ask('/')
    expect(status).toBe(200)
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'sha256-[^ ]+'; /)
    expect(text).not.toMatch(/(?:src|href)="(?!data:)/)
    expect(new URL(server.url).hostname).toBe('127.0.0.1')
  })

  it('refuses names that are not its own, other sites, other methods and other paths', async () => {
    const { host, port } = new URL(server.url)
    for (const name of ['evil.example', `evil.example:${port}`, '127.0.0.1', `${host}.evil.example`]) {
      expect((await ask('/', { host: name })).status).toBe(403)
      expect((await ask('/events', { host: name })).status).toBe(403)
    }
    expect((await ask('/events', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await ask('/', { host: `localhost:${port}` })).status).toBe(200)
    expect((await ask('/', {}, 'POST')).status).toBe(405)
    expect((await ask('/../etc/passwd')).status).toBe(404)
  })

  it('tells whoever comes late what has been, then what comes, and ends', async () => {
    events.onPhase?.(REF, 'measure', 5)
    events.onTick?.(REF, 'measure', { elapsedSeconds: 1, ok: 10, errors: 2, busyShare: 0.5 })
    const told = ask('/events')
    while (server.readers === 0) await new Promise((resolve) => setImmediate(resolve))
    events.onServer?.(REF, 1, [
      { of: 'app', what: 'cpu', value: 0.5 },
      { of: 'app/1', what: 'cpu', value: 0.5, group: 'app' },
      { of: 'app', what: 'rss', value: 5 },
    ])
    events.onCell?.(REF, { outcome: { state: 'failed' }, startedAt: '', finishedAt: '' } as Cell)
    await server.close('over')
    const { headers, text } = await told
    expect(headers['content-type']).toMatch(/^text\/event-stream/)
    const messages = text
      .trim()
      .split('\n\n')
      .map((each) => JSON.parse(each.replace(/^data: /, '')))
    expect(messages.map(({ type }) => type)).toEqual(['status', 'point', 'point', 'cell', 'end'])
    expect(messages[0].status).toMatchObject({
      cell: '[1/1] level 0 <b>x</b>',
      errors: 2,
      generatorBusy: 0.5,
    })
    expect(messages[1].point).toEqual({ at: 1, perSecond: 10, errorsPerSecond: 2 })
    expect(messages[2].point.cpu).toEqual({ app: 0.5 })
    expect(messages[3].cell).toMatchObject({ text: 'done', valid: false })
  })

  it('has room for a few pages only', async () => {
    const readers = Array.from({ length: 8 }, () => ask('/events'))
    while (server.readers < 8) await new Promise((resolve) => setImmediate(resolve))
    expect((await ask('/events')).status).toBe(503)
    await server.close('over')
    expect((await Promise.all(readers)).every(({ text }) => text.includes('"end"'))).toBe(true)
  })
})
