import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FixtureProcess } from '../../../src/calibrate/fixture-process.js'
import { autocannonPeer, type Peer, type PeerIo, runPeer, wrkPeer } from '../../../src/calibrate/peers.js'
import { needs } from '../../helpers/needs.js'
import { testLease } from './test-lease.js'

const io: PeerIo = { lease: testLease, cpus: [], signal: new AbortController().signal }

let server: FixtureProcess
beforeAll(async () => {
  server = await FixtureProcess.start(testLease, [])
})
afterAll(() => server.stop())

describe.each([autocannonPeer, wrkPeer])('$tool beside rungs', (peer) => {
  const lack = peer.command('http://127.0.0.1:1', 1) === null ? `${peer.tool} is not installed` : null

  it('loads a fixture’s server and says what it saw', needs(lack), async () => {
    await server.begin({ delayMs: 5 })
    const figures = await runPeer(peer, server.url, 1, io)
    const { counts } = await server.end()
    expect(figures?.answers).toBeGreaterThan(0)
    expect(figures?.answers).toBeLessThanOrEqual(counts.requests)
    expect(figures?.errors).toBe(0)
    // The delay is the server's; whole milliseconds of autocannon's may be one less.
    expect(figures?.p50Us).toBeGreaterThanOrEqual(4_000)
  })

  it('is ended by an interruption', needs(lack), async () => {
    const abort = new AbortController()
    const reason = new Error('interrupted by a test')
    const running = runPeer(peer, server.url, 60, { ...io, signal: abort.signal })
    setImmediate(() => abort.abort(reason))
    await expect(running).rejects.toBe(reason)
  })
})

describe('a tool', () => {
  const peer = (changes: Partial<Peer>): Peer => ({ ...autocannonPeer, tool: 'other', ...changes })

  it('that is not installed gives nothing', async () => {
    expect(await runPeer(peer({ command: () => null }), server.url, 1, io)).toBeNull()
  })

  it('that cannot be started says so', async () => {
    const missing = peer({ command: () => ({ command: '/nonexistent/tool', args: [] }) })
    await expect(runPeer(missing, server.url, 1, io)).rejects.toThrow('ENOENT')
  })

  it('that fails says why', async () => {
    const script = 'console.error("no such host"); process.exit(3)'
    const failing = peer({ command: () => ({ command: process.execPath, args: ['-e', script] }) })
    await expect(runPeer(failing, server.url, 1, io)).rejects.toThrow('exit code 3: no such host')
  })
})
