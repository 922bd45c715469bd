import { describe, expect, it } from 'vitest'
import { CountingClient, everyWorker, until, workerPids } from '../../helpers/http-client.js'
import { Connection } from './connection.js'
import { startCluster } from './service.js'

describe.each(['round-robin', 'shared'])('LISTEN_MODE=%s', (mode) => {
  it('serves from every worker, and a worker that dies stays dead, visibly', async () => {
    const service = startCluster({ WORKERS: '3', LISTEN_MODE: mode })
    await service.prints(/all workers listen/)
    const url = await service.url()
    // A shared handle goes to whoever is first to accept: only a busy one shows every worker.
    const load = new CountingClient(url, '/api/simple', 12)
    const before = await everyWorker(url, 3)
    await load.stop()
    expect(load.lost).toEqual([])
    expect(before).not.toContain(String(service.pid))

    const victim = Number(before[0])
    process.kill(victim, 'SIGKILL')
    await service.prints(
      new RegExp(`worker ${victim} died \\(signal SIGKILL\\) and stays dead; 2 of 3 remain`),
    )
    expect(await workerPids(url, 30)).not.toContain(String(victim))
    expect(await service.stop()).toEqual({ code: 0, signal: null })
    expect(service.output.match(/started \d workers/g)).toEqual(['started 3 workers'])
  })
})

describe('the primary', () => {
  it('ends with 1 when the last worker is dead', async () => {
    const service = startCluster({ WORKERS: '2' })
    await service.prints(/all workers listen/)
    for (const pid of await everyWorker(await service.url(), 2)) process.kill(Number(pid), 'SIGKILL')
    expect(await service.exited).toEqual({ code: 1, signal: null })
    expect(service.output).toContain('the last worker is gone')
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('hands %s on, and waits for what is in flight', async (signal) => {
    const service = startCluster({ WORKERS: '2' })
    await service.prints(/all workers listen/)
    const busy = await Connection.open(await service.url())
    const kept = await Connection.open(await service.url())
    kept.get('/health')
    await kept.answer()
    busy.write(
      'POST /api/reports/generate HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n',
    )
    // "Go on" is the sign that the request is in flight.
    expect((await busy.answer()).status).toBe(100)
    service.child.kill(signal)
    await service.prints(/"mode":"refuse"[\s\S]*"mode":"refuse"/)
    busy.write('{"rows":10}')
    expect((await busy.answer()).status).toBe(200)
    expect(await service.exited).toEqual({ code: 0, signal: null })
  })

  it('leaves no worker behind when it is killed', async () => {
    const service = startCluster({ WORKERS: '2' })
    await service.prints(/all workers listen/)
    const pids = await everyWorker(await service.url(), 2)
    service.child.kill('SIGKILL')
    await until(
      async () => pids.filter(isAlive),
      (left) => left.length === 0,
    )
  })

  it('takes WORKERS=0 for the number that fits the machine', async () => {
    const service = startCluster({ WORKERS: '0' })
    const [, count] = await service.prints(/started (\d+) workers/)
    expect(Number(count)).toBeGreaterThan(1)
    await service.prints(/all workers listen/)
    await service.stop()
  })
})

function isAlive(pid: string): boolean {
  try {
    process.kill(Number(pid), 0)
    return true
  } catch {
    // ESRCH: it is gone.
    return false
  }
}
