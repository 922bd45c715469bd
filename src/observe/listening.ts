import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { codeOf } from '../words/errors.js'

/** State of a socket that listens, as `/proc/net/tcp` writes it (linux/include/net/tcp_states.h). */
const LISTENS = '0A'

/** Inodes of the sockets that listen at this port. @param text of `/proc/net/tcp` or `/proc/net/tcp6` */
export function parseListeners(text: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  return text.split('\n').flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/)
    return local?.endsWith(suffix) && state === LISTENS && inode !== undefined ? [inode] : []
  })
}

/**
 * Whether one of these processes listens at this TCP port of the machine. Null where the system does not tell: it is not
 * Linux, or hides a process's files from this user.
 */
export function listensAmong(pids: readonly number[], port: number): boolean | null {
  if (process.platform !== 'linux') return null
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(
    (file) => readOrNull(() => readFileSync(file, 'latin1')) ?? [],
  )
  if (tables.length === 0) return null
  const sockets = new Set(
    tables.flatMap((text) => parseListeners(text, port)).map((inode) => `socket:[${inode}]`),
  )
  const held = pids.map((pid) => holdsOne(pid, sockets))
  if (held.includes(true)) return true
  return held.includes(null) ? null : false
}

function holdsOne(pid: number, sockets: ReadonlySet<string>): boolean | null {
  const folder = `/proc/${pid}/fd`
  const files = readOrNull(() => readdirSync(folder))
  return files?.some((fd) => sockets.has(readOrNull(() => readlinkSync(`${folder}/${fd}`)) ?? '')) ?? null
}

/** Null for what is gone by now, or may not be read. */
function readOrNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM' || code === 'ESRCH') return null
    throw error
  }
}
