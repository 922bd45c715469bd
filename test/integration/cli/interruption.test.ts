import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { newLeaseId, tempDirName } from '../../../src/launch/lease-file.js'
import type { Run } from '../../../src/model/run.js'
import { randomOf } from '../../../src/stats/random.js'
import { Sandbox } from '../../helpers/rungs.js'

/** Printed with a failure, so that the moments can be had again: `RUNGS_TEST_SEED=… npx vitest …`. */
const SEED = Number(process.env.RUNGS_TEST_SEED ?? Date.now() % 1_000_000)
const INTERRUPTIONS = 20
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const
/** From the first moment of the command to well into its second level. */
const LATEST_MS = 9_000

let sandbox: Sandbox
beforeAll(() => {
  sandbox = new Sandbox()
})
afterAll(() => sandbox.remove())

const random = randomOf(SEED)
const moments = Array.from({ length: INTERRUPTIONS }, (_, i) => ({
  n: i + 1,
  name: SIGNALS[i % 3] as NodeJS.Signals,
  afterMs: Math.round(random() * LATEST_MS),
}))

it.each(moments)(
  `interruption $n: $name after $afterMs ms (seed ${SEED})`,
  async ({ n, name, afterMs }) => {
    const out = join(sandbox.dir, `out-${n}`)
    const args = [
      'run',
      '--level',
      '0,2',
      '--scenario',
      'simple,db-read',
      '--duration',
      '1',
      '--warmup',
      '0.5',
      '--workers',
      '2',
    ]
    const child = sandbox.start([...args, '--out', out])
    const timer = setTimeout(() => child.kill(name), afterMs)
    const { code, signal, stderr } = await child.finished
    clearTimeout(timer)
    if (signal === null && code !== 0) expect(code, stderr).toBe(130)

    const doctor = await sandbox.run(['doctor', '--json'])
    expect(doctor.code, doctor.stderr).toBe(0)
    expect(sandbox.leftovers()).toEqual([])
    expect(tempFoldersOf(child.pid as number)).toEqual([])
    for (const port of portsIn(stderr)) expect(await answers(port)).toBe(false)

    const finished = stderr.split('\n').filter((line) => /^\[\d+\/4\] .*\/s/.test(line)).length
    const runs = runsIn(out)
    const cells = runs.flatMap((run) => run.cells).filter(({ outcome }) => outcome.state === 'completed')
    // One more may have been written than was told.
    expect(cells.length).toBeGreaterThanOrEqual(finished)
    expect(cells.length).toBeLessThanOrEqual(finished + 1)
  },
  60_000,
)

function runsIn(out: string): Run[] {
  let folders: string[]
  try {
    folders = readdirSync(out)
  } catch {
    return [] // Interrupted before it had anything to write.
  }
  return folders.flatMap((folder) => {
    const file = join(out, folder, 'run.json')
    return existsSync(file) ? [JSON.parse(readFileSync(file, 'utf8')) as Run] : []
  })
}

/** A run's temporary folder is named for its lease, whose id begins with the owner's pid and ends with 10 random digits. */
function tempFoldersOf(pid: number): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(tempDirName(newLeaseId(pid)).slice(0, -10)))
}

function portsIn(stderr: string): number[] {
  return [...stderr.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port))
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false))
    socket.unref()
  })
}
