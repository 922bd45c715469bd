import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import type { Lease } from '../model/plan/lease.js'
import { note, type Program, startProcess } from './own-process.js'

/** Connections that the other tools are given: as many as autocannon opens when it is told nothing. */
export const PEER_CONNECTIONS = 10

/** Left to a tool, in ms, for its start and its end, before it counts as hanging. */
const GRACE_MS = 60_000

/** What a tool says. Times in µs. */
export interface PeerFigures {
  readonly p50Us: number | null
  readonly p90Us: number | null
  readonly p99Us: number | null
  readonly answers: number
  readonly errors: number
}

/** Another load generator, called as people call it: no option but connections, duration and the form of its output. */
export interface Peer {
  readonly tool: string
  /** Null where it is not installed. */
  command(url: string, seconds: number): Pick<Program, 'command' | 'args'> | null
  /** @throws Error when the text is not what the tool prints */
  read(stdout: string): PeerFigures
}

export const autocannonPeer: Peer = {
  tool: 'autocannon',
  command: (url, seconds) => ({
    command: process.execPath,
    args: [autocannonFile(), '--json', '-c', String(PEER_CONNECTIONS), '-d', String(seconds), url],
  }),
  read: readAutocannon,
}

export const wrkPeer: Peer = {
  tool: 'wrk',
  command: (url, seconds) =>
    onPath('wrk')
      ? { command: 'wrk', args: ['-t1', `-c${PEER_CONNECTIONS}`, `-d${seconds}s`, '--latency', url] }
      : null,
  read: readWrk,
}

export const PEERS: readonly Peer[] = [autocannonPeer, wrkPeer]

/** What is counted of autocannon's `--json`: whole milliseconds, as it gives them. */
export function readAutocannon(stdout: string): PeerFigures {
  const line = stdout.split('\n').find((text) => text.startsWith('{'))
  if (line === undefined) throw new Error('it printed no JSON')
  const result = JSON.parse(line) as {
    latency: { p50: number; p90: number; p99: number; totalCount: number }
    errors: number
    non2xx: number
    '2xx': number
  }
  const { latency } = result
  const us = (ms: number) => (latency.totalCount > 0 ? 1_000 * ms : null)
  return {
    p50Us: us(latency.p50),
    p90Us: us(latency.p90),
    p99Us: us(latency.p99),
    answers: result['2xx'] + result.non2xx,
    // Timeouts are among its errors already.
    errors: result.errors + result.non2xx,
  }
}

const US_PER: Readonly<Record<string, number>> = { us: 1, ms: 1_000, s: 1_000_000, m: 60_000_000 }

/** The latency distribution, the count of requests and the errors of `wrk --latency`. */
export function readWrk(stdout: string): PeerFigures {
  const requests = /^\s*(\d+) requests in /m.exec(stdout)?.[1]
  if (requests === undefined) throw new Error('it printed no count of requests')
  const answers = Number(requests)
  const at = (percentile: number): number | null => {
    const [, value, unit = ''] =
      new RegExp(`^\\s*${percentile}%\\s+([\\d.]+)(us|ms|s|m)\\s*$`, 'm').exec(stdout) ?? []
    return value === undefined || answers === 0 ? null : Number(value) * (US_PER[unit] ?? Number.NaN)
  }
  const socket = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout)
  const wrong = /Non-2xx or 3xx responses: (\d+)/.exec(stdout)
  const errors = [...(socket?.slice(1) ?? []), ...(wrong?.slice(1) ?? [])].map(Number)
  return {
    p50Us: at(50),
    p90Us: at(90),
    p99Us: at(99),
    answers,
    errors: errors.reduce((sum, count) => sum + count, 0),
  }
}

export interface PeerIo {
  readonly lease: Lease
  readonly cpus: readonly number[]
  readonly signal: AbortSignal
}

/**
 * Lets a tool load `url` for so many whole seconds. Null where it is not installed.
 * @throws Error when it fails, hangs, prints something else, or is interrupted
 */
export async function runPeer(
  peer: Peer,
  url: string,
  seconds: number,
  io: PeerIo,
): Promise<PeerFigures | null> {
  const command = peer.command(url, seconds)
  if (command === null) return null
  return peer.read(await outputOf({ ...command, cpus: io.cpus }, 1_000 * seconds + GRACE_MS, io))
}

async function outputOf(program: Program, limitMs: number, { lease, signal }: PeerIo): Promise<string> {
  signal.throwIfAborted()
  const child = startProcess(program, lease, false)
  const kill = () => child.kill('SIGKILL')
  const timer = setTimeout(kill, limitMs)
  signal.addEventListener('abort', kill)
  try {
    const [stdout] = await Promise.all([stdoutOf(child), note(child, lease)])
    return stdout
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', kill)
  }
}

/** What a process prints until its end. @throws Error when it cannot be started, or ends in another way than well */
function stdoutOf(child: ChildProcess): Promise<string> {
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk.toString()
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, name) => {
      if (code === 0) return resolve(stdout)
      const reason = stderr.trim().split('\n').at(-1)
      const end = name === null ? `exit code ${code}` : `ended by ${name}`
      reject(new Error(reason ? `${end}: ${reason}` : end))
    })
  })
}

/** The command of the autocannon package that rungs itself depends on. */
function autocannonFile(): string {
  return join(dirname(createRequire(import.meta.url).resolve('autocannon/package.json')), 'autocannon.js')
}

function onPath(name: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.some((folder) => existsSync(join(folder, name)))
}
