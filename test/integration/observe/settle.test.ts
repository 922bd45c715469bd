import { type ChildProcess, spawn } from 'node:child_process'
import { afterEach, expect, it } from 'vitest'
import { settle } from '../../../src/observe/settle.js'

let child: ChildProcess
afterEach(() => child.kill('SIGKILL'))

/** A process that is busy until told otherwise. */
async function busyProcess(): Promise<number> {
  const code = `
    let busy = true
    process.stdin.on('data', () => { busy = false })
    const work = () => { for (let i = 0; i < 1e6; i++); if (busy) setImmediate(work) }
    work()
    process.stdout.write('up')`
  child = spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'pipe', 'inherit'] })
  await new Promise((done) => child.stdout?.once('data', done))
  return child.pid as number
}

it('waits while a process works, and no longer', async () => {
  const pid = await busyProcess()
  let settled = false
  const trees = [{ name: 'web', role: 'web' as const, pids: [pid] }]
  const waiting = settle(trees, new AbortController().signal).then((quiet) => {
    settled = true
    return quiet
  })
  // One look of its own at a busy process, which must not satisfy it.
  await settle([{ name: 'self', role: 'web', pids: [999_999_999] }], new AbortController().signal)
  expect(settled).toBe(false)
  child.stdin?.write('stop')
  expect(await waiting).toBe(true)
})

it('gives up when interrupted', async () => {
  const pid = await busyProcess()
  const interrupt = new AbortController()
  const waiting = settle([{ name: 'web', role: 'web', pids: [pid] }], interrupt.signal)
  interrupt.abort()
  await expect(waiting).rejects.toThrow(/abort/i)
})

it('has nothing to wait for without processes', async () => {
  child = spawn('true')
  expect(await settle([], new AbortController().signal)).toBe(true)
})
