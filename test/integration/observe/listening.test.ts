import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { listensAmong } from '../../../src/observe/listening.js'
import { processObserver } from '../../../src/observe/process-observer.js'
import { needs } from '../../helpers/needs.js'

const lack = process.platform === 'linux' ? null : 'only Linux tells who listens'
const ends: (() => unknown)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

async function listening(host: string): Promise<number> {
  const server = createServer().listen(0, host)
  ends.push(() => server.close())
  await once(server, 'listening')
  return (server.address() as { port: number }).port
}

/** A process that listens nowhere. */
function other(): number {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  ends.push(() => child.kill())
  return child.pid as number
}

it.each(['127.0.0.1', '0.0.0.0', '::'])('tells who listens at %s', needs(lack), async (host) => {
  const port = await listening(host)
  const child = other()
  expect(listensAmong([child, process.pid], port)).toBe(true)
  expect(listensAmong([child], port)).toBe(false)
  expect(listensAmong([2 ** 22 + 1], port)).toBeNull()
})

it('a watch says that others than the watched processes are asked', needs(lack), async () => {
  const port = await listening('127.0.0.1')
  const trees = (pid: number) => [{ name: 'web', role: 'web' as const, pids: [pid] }]
  const truth = async (pid: number) => {
    const watch = await processObserver.watch({ trees: trees(pid), workers: null, port })
    return watch.stop()
  }
  expect((await truth(other())).elsewhere).toBe(true)
  expect((await truth(process.pid)).elsewhere).toBeUndefined()
})
