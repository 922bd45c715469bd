import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { afterEach, expect, it } from 'vitest'
import { settle } from '../../../src/observe/settle.js'
import { PATIENCE_MS } from '../../helpers/http-client.js'

/** So many that, however loaded the machine is, some of them get a tenth of a core between two looks. */
const MANY = 4 * availableParallelism()

let children: ChildProcess[] = []
afterEach(() => {
  for (const child of children) child.kill('SIGKILL')
  children = []
})

/** Processes that are busy until told otherwise. */
async function busyProcesses(): Promise<number[]> {
  const code = `
    let busy = true
    process.stdin.on('data', () => { busy = false })
    const work = () => { for (let i = 0; i < 1e6; i++); if (busy) setImmediate(work) }
    work()
    process.stdout.write('up')`
  children = Array.from({ length: MANY }, () =>
    spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'pipe', 'inherit'] }),
  )
  await Promise.all(children.map((child) => new Promise((done) => child.stdout?.once('data', done))))
  return children.map(({ pid }) => pid as number)
}

it('waits while a process works, and no longer', async () => {
  const pids = await busyProcesses()
  let settled = false
  const trees = [{ name: 'web', role: 'web' as const, pids }]
  const waiting = settle(trees, new AbortController().signal, PATIENCE_MS).then((quiet) => {
    settled = true
    return quiet
  })
  // One look of its own at a process that is none, for as long as a look at the busy ones takes, which must not satisfy it.
  await settle(
    [{ name: 'none', role: 'web', pids: [999_999_999] }],
    new AbortController().signal,
    PATIENCE_MS,
  )
  expect(settled).toBe(false)
  for (const child of children) child.stdin?.write('stop')
  expect(await waiting).toBe(true)
})

it('gives up when interrupted', async () => {
  const pids = await busyProcesses()
  const interrupt = new AbortController()
  const waiting = settle([{ name: 'web', role: 'web', pids }], interrupt.signal)
  interrupt.abort()
  await expect(waiting).rejects.toThrow(/abort/i)
})

it('has nothing to wait for without processes', async () => {
  expect(await settle([], new AbortController().signal)).toBe(true)
})
