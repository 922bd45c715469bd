import { readFileSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Makes this process, and the threads that it will start, go after others that want the same core. Where Linux shares
 * the CPU between sessions first (`sched_autogroup_enabled`), a nice value counts within a session only, and the
 * session has one of its own: it is set where the session is this process's alone, as under a process manager.
 */
export function giveWay(nice: number): void {
  if (nice === 0) return
  setPriority(nice)
  if (process.platform !== 'linux' || !leadsSession()) return
  try {
    writeFileSync('/proc/self/autogroup', String(nice))
  } catch {
    // This kernel has no such groups, or does not let us: the nice value above is all there is.
  }
}

/** Field 6 of `/proc/self/stat` is the session, named after the process that began it. */
function leadsSession(): boolean {
  const text = readFileSync('/proc/self/stat', 'utf8')
  const session = text.slice(text.lastIndexOf(')') + 2).split(' ')[3]
  return Number(session) === process.pid
}
