import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** One process at one moment. */
export interface ProcessRow {
  readonly pid: number
  readonly ppid: number
  /** User and system time since it started, in µs. */
  readonly cpuUs: number
  readonly rssBytes: number
  /** The program's name, at most 15 characters; absent where the system is not Linux. */
  readonly name?: string
  /** Null where the system does not tell (`ps` has no portable column for it). */
  readonly threads: number | null
  /** Tells a process from a later one with the same pid. */
  readonly startedAt: string
}

/** `USER_HZ`: the unit of the kernel's CPU times. It is 100 on every Linux that Node runs on. */
export const TICK_US = 10_000
const PAGE_BYTES = 4096

/** Fields of `/proc/PID/stat`. The command in brackets may hold spaces and brackets, so parsing starts behind it. */
export function parseProcStat(pid: number, text: string): ProcessRow | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [ppid, utime, stime, threads] = [fields[1], fields[11], fields[12], fields[17]]
  const [startedAt, rssPages] = [fields[19], fields[21]]
  if (rssPages === undefined || startedAt === undefined) return null
  return {
    pid,
    ppid: Number(ppid),
    name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')),
    cpuUs: (Number(utime) + Number(stime)) * TICK_US,
    rssBytes: Number(rssPages) * PAGE_BYTES,
    threads: Number(threads),
    startedAt,
  }
}

/** `[[dd-]hh:]mm:ss[.cc]`, as `ps` prints CPU time, in µs. */
export function parsePsTime(text: string): number {
  const [days, clock] = text.includes('-') ? (text.split('-') as [string, string]) : ['0', text]
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Math.round((Number(days) * 86_400 + seconds) * 1e6)
}

/** How often everything is read anew, in looks: a process that was given to another parent is found then. */
const READ_ALL_EVERY = 10

/**
 * The machine's processes at successive moments. Reads `/proc` where there is one, asks `ps` elsewhere. Reading every
 * process each second would be the dearest part of watching, so a look reads those that are watched and those that
 * are new; of the others it repeats what was read before, but for every tenth look.
 */
export class ProcessTable {
  #rows: ReadonlyMap<number, ProcessRow> = new Map()
  #looks = 0

  /** Every process by pid; the figures of those that are neither new nor in `watched` may be some looks old. */
  look(watched: ReadonlySet<number>): ReadonlyMap<number, ProcessRow> {
    const all = this.#looks++ % READ_ALL_EVERY === 0
    this.#rows = process.platform === 'linux' ? readProc(all ? new Map() : this.#rows, watched) : readPs()
    return this.#rows
  }
}

/** Every process of the machine as it is now, by pid. */
export function readProcessTable(): ReadonlyMap<number, ProcessRow> {
  return new ProcessTable().look(new Set())
}

function readProc(known: ReadonlyMap<number, ProcessRow>, watched: ReadonlySet<number>) {
  const table = new Map<number, ProcessRow>()
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid)) continue
    const row = (watched.has(pid) ? undefined : known.get(pid)) ?? readProcess(pid)
    if (row) table.set(pid, row)
  }
  return table
}

function readProcess(pid: number): ProcessRow | null {
  try {
    return parseProcStat(pid, readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    // It ended between the listing and the look.
    return null
  }
}

function readPs(): Map<number, ProcessRow> {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,time=,lstart='], { encoding: 'utf8' })
  return parsePs(text)
}

/** What `ps -A -o pid=,ppid=,rss=,time=,lstart=` prints. */
export function parsePs(text: string): Map<number, ProcessRow> {
  const table = new Map<number, ProcessRow>()
  for (const line of text.split('\n')) {
    const [pid, ppid, rssKib, time, ...started] = line.trim().split(/\s+/)
    if (time === undefined) continue
    table.set(Number(pid), {
      pid: Number(pid),
      ppid: Number(ppid),
      cpuUs: parsePsTime(time),
      rssBytes: Number(rssKib) * 1024,
      threads: null,
      startedAt: started.join(' '),
    })
  }
  return table
}
