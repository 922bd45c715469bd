import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'

/** One process of this machine at one moment. */
export interface ProcessEntry {
  readonly pid: number
  readonly ppid: number
  readonly uid: number
  /** When it started, in the system's own notation: tells it from a later process with the same pid. */
  readonly start: string
}

/** A process that is remembered beyond the moment. */
export interface ProcessRef {
  readonly pid: number
  readonly start: string
}

/** All living processes; one that has ended and only waits to be collected does not count. */
export function listProcesses(): ProcessEntry[] {
  if (process.platform !== 'linux') return parsePs(ps(['-ax']))
  return readdirSync('/proc')
    .map(Number)
    .filter(Number.isInteger)
    .map(readProcess)
    .filter((entry) => entry !== null)
}

/** The living process with that pid, or null. */
export function readProcess(pid: number): ProcessEntry | null {
  if (process.platform !== 'linux') return parsePs(ps(['-p', String(pid)]))[0] ?? null
  try {
    return parseStat(pid, statSync(`/proc/${pid}`).uid, readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    // There is no such process, or it ended while we looked.
    return null
  }
}

/** Whether the very process that was remembered is still alive. */
export function isAlive({ pid, start }: ProcessRef): boolean {
  return readProcess(pid)?.start === start
}

/** This process, to be remembered. */
export function ownProcess(): ProcessRef {
  const own = readProcess(process.pid)
  if (!own) throw new Error('this system does not tell when a process started')
  return { pid: own.pid, start: own.start }
}

/** Whether the environment that the process was started with holds `NAME=value`. Only Linux tells; false elsewhere. */
export function carries(pid: number, marker: string): boolean {
  if (process.platform !== 'linux') return false
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}\0`.includes(`\0${marker}\0`)
  } catch {
    // It ended, or is not ours to look into: then it is not ours to end either.
    return false
  }
}

/** Name and arguments of a process, for people. */
export function commandOf(pid: number): string {
  if (process.platform !== 'linux') return `pid ${pid}`
  try {
    const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return line.slice(0, 80)
  } catch {
    // It ended while we looked.
    return `pid ${pid}`
  }
}

/** `/proc/PID/stat`: state, parent and field 22, the start in clock ticks since boot. The name may hold anything. */
export function parseStat(pid: number, uid: number, text: string): ProcessEntry | null {
  const [state, ppid, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const start = rest[17]
  if (!start || state === 'Z' || state === 'X') return null
  return { pid, ppid: Number(ppid), uid, start }
}

/** Lines of `ps -o pid=,ppid=,uid=,stat=,lstart=`. */
export function parsePs(text: string): ProcessEntry[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines.flatMap((line) => {
    const [pid, ppid, uid, state, ...start] = line.trim().split(/\s+/)
    if (state?.startsWith('Z')) return []
    return [{ pid: Number(pid), ppid: Number(ppid), uid: Number(uid), start: start.join(' ') }]
  })
}

function ps(which: readonly string[]): string {
  try {
    return execFileSync('ps', [...which, '-o', 'pid=,ppid=,uid=,stat=,lstart='], {
      encoding: 'utf8',
      // The start is text in local time and language, and must read the same in every call.
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    // `ps -p` fails when there is no such process.
    return ''
  }
}
