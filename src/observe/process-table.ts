import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** One process at one moment. */
export interface ProcessRow {
  readonly pid: number
  readonly ppid: number
  /** User and system time since it started, in µs. */
  readonly cpuUs: number
  readonly rssBytes: number
  /** Tells a process from a later one with the same pid. */
  readonly startedAt: string
}

/** `USER_HZ`: the unit of the kernel's CPU times. It is 100 on every Linux that Node runs on. */
const TICK_US = 10_000
const PAGE_BYTES = 4096

/** Fields of `/proc/PID/stat`. The command in brackets may hold spaces and brackets, so parsing starts behind it. */
export function parseProcStat(pid: number, text: string): ProcessRow | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [ppid, utime, stime, startedAt, rssPages] = [
    fields[1],
    fields[11],
    fields[12],
    fields[19],
    fields[21],
  ]
  if (rssPages === undefined || startedAt === undefined) return null
  return {
    pid,
    ppid: Number(ppid),
    cpuUs: (Number(utime) + Number(stime)) * TICK_US,
    rssBytes: Number(rssPages) * PAGE_BYTES,
    startedAt,
  }
}

/** `[[dd-]hh:]mm:ss[.cc]`, as `ps` prints CPU time, in µs. */
export function parsePsTime(text: string): number {
  const [days, clock] = text.includes('-') ? (text.split('-') as [string, string]) : ['0', text]
  const seconds = clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
  return Math.round((Number(days) * 86_400 + seconds) * 1e6)
}

/** Every process of the machine, by pid. Reads `/proc` where there is one, asks `ps` elsewhere. */
export function readProcessTable(): Map<number, ProcessRow> {
  return process.platform === 'linux' ? readProc() : readPs()
}

function readProc(): Map<number, ProcessRow> {
  const table = new Map<number, ProcessRow>()
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid)) continue
    try {
      const row = parseProcStat(pid, readFileSync(`/proc/${entry}/stat`, 'latin1'))
      if (row) table.set(pid, row)
    } catch {
      // It ended between the listing and the look.
    }
  }
  return table
}

function readPs(): Map<number, ProcessRow> {
  const table = new Map<number, ProcessRow>()
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,time=,lstart='], { encoding: 'utf8' })
  for (const line of text.split('\n')) {
    const [pid, ppid, rssKib, time, ...started] = line.trim().split(/\s+/)
    if (time === undefined) continue
    table.set(Number(pid), {
      pid: Number(pid),
      ppid: Number(ppid),
      cpuUs: parsePsTime(time),
      rssBytes: Number(rssKib) * 1024,
      startedAt: started.join(' '),
    })
  }
  return table
}
