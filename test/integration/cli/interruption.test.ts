import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newLeaseId, tempDirName } from '../../../src/launch/lease/lease-file.js'
import type { Run } from '../../../src/model/run/run.js'
import { randomOf } from '../../../src/stats/estimate/random.js'
import { lackOf, needs } from '../../helpers/needs.js'
import { Sandbox } from '../../helpers/rungs.js'

/** Printed with a failure, so that the moments can be had again: `RUNGS_TEST_SEED=… npx vitest …`. */
const SEED = Number(process.env.RUNGS_TEST_SEED ?? Date.now() % 1_000_000)
const INTERRUPTIONS = 6
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const
/** Lines of progress, from before the first one to the first cell of the second level. */
const LATEST_LINE = 6
const LATEST_MS = 1_500

const lackOfPostgres = await lackOf('postgres')

const random = randomOf(SEED)
const moments = Array.from({ length: INTERRUPTIONS }, (_, i) => ({
  name: SIGNALS[i % 3] as NodeJS.Signals,
  line: Math.floor(random() * (LATEST_LINE + 1)),
  afterMs: Math.round(random() * LATEST_MS),
}))

// Several at once, since a run mostly waits; by lines told, so that they are in every stage however fast the machine is.
it.concurrent.for(moments)(
  `$name $afterMs ms after line $line (seed ${SEED})`,
  needs(lackOfPostgres),
  async ({ name, line, afterMs }, { onTestFinished }) => {
    const sandbox = new Sandbox()
    onTestFinished(() => sandbox.remove())
    const load = ['--level', '0,2', '--scenario', 'simple,db-read', '--workers', '2']
    const child = sandbox.start(['run', ...load, '--duration', '0.5', '--warmup', '0.3', '--out', 'out'])
    const listening = new Set<string>()
    let timer: NodeJS.Timeout | undefined
    const look = (told: string) => {
      for (const port of portsIn(told)) for (const inode of listenersOn(port)) listening.add(inode)
      if (timer === undefined && told.split('\n').length > line)
        timer = setTimeout(() => child.kill(name), afterMs)
    }
    let told = ''
    look(told)
    child.stderr?.on('data', (text: string) => {
      told += text
      look(told)
    })
    const { code, signal, stderr } = await child.finished
    clearTimeout(timer)

    const finished = stderr.split('\n').filter((text) => /^\[\d+\/4\] .*\/s/.test(text)).length
    if (signal === null && finished < 4) expect(code, stderr).toBe(130)

    const doctor = await sandbox.run(['doctor', '--json'])
    expect(doctor.code, doctor.stderr).toBe(0)
    expect(sandbox.leftovers()).toEqual([])
    expect(tempFoldersOf(child.pid as number)).toEqual([])
    expect([...listening].filter((inode) => listenersOn().includes(inode))).toEqual([])

    const cells = runsIn(join(sandbox.dir, 'out'))
      .flatMap((run) => run.cells)
      .filter(({ outcome }) => outcome.state === 'completed')
    // One more may have been written than was told.
    expect(cells.length).toBeGreaterThanOrEqual(finished)
    expect(cells.length).toBeLessThanOrEqual(finished + 1)
  },
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

/** Inodes of the sockets that listen on a port, or on any (Documentation/networking/proc_net_tcp.rst). */
function listenersOn(port?: number): string[] {
  return readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .slice(1)
    .map((row) => row.trim().split(/\s+/))
    .filter(([, local = '', , state]) => {
      const hex = local.split(':')[1] ?? ''
      return state === '0A' && (port === undefined || Number.parseInt(hex, 16) === port)
    })
    .map((fields) => fields[9] as string)
}
