import { setTimeout as delay } from 'node:timers/promises'
import { redact } from '../../services/support/redact.js'
import { codeOf } from '../../words/errors.js'
import { carries, commandOf, listProcesses, type ProcessEntry, type ProcessRef } from './processes.js'

const POLL_MS = 25
/** How long killed processes may take to be gone. */
const KILL_MS = 5_000

/** Which processes are meant. */
export interface Selection {
  /** `NAME=value` in the environment they were started with. */
  readonly marker: string
  /** Roots known by pid: all that descends from them is meant too. */
  readonly roots?: readonly (ProcessRef & { readonly stopSignal?: NodeJS.Signals })[]
}

export interface EndedProcesses {
  /** What was found running, `pid 123 (node server.js)` each, without the children of those. */
  readonly ended: readonly string[]
  /** What runs still, in the same form: it belongs to another account, or hangs in the kernel. */
  readonly remaining: readonly string[]
}

/**
 * Ends every process of the selection, wherever it has wandered: asks first (SIGTERM, or a root's own signal),
 * parents before children, and kills what is left after `graceMs`. Looks again until none is found, so that what is
 * started meanwhile is ended as well. This process and its ancestors are never touched.
 */
export async function endProcesses(selection: Selection, graceMs: number): Promise<EndedProcesses> {
  const texts = new Map<string, string>()
  const tops = new Set<string>()
  const asked = new Set<string>()
  const killAt = Date.now() + graceMs
  let known: readonly ProcessRef[] = []
  for (;;) {
    const alive = select(listProcesses(), { ...selection, known })
    known = alive
    for (const entry of topOf(alive)) if (!texts.has(key(entry))) tops.add(key(entry))
    for (const entry of alive) {
      if (!texts.has(key(entry))) texts.set(key(entry), `pid ${entry.pid} (${redact(commandOf(entry.pid))})`)
    }
    const late = Date.now() >= killAt
    if (alive.length === 0 || Date.now() >= killAt + KILL_MS) {
      return {
        ended: [...texts]
          .filter(([one]) => tops.has(one) && !alive.some((entry) => key(entry) === one))
          .map(([, text]) => text),
        remaining: alive.map((entry) => texts.get(key(entry)) as string),
      }
    }
    for (const entry of late ? alive : topOf(alive)) {
      if (!late && asked.has(key(entry))) continue
      asked.add(key(entry))
      send(entry.pid, late ? 'SIGKILL' : (stopSignalOf(entry, selection) ?? 'SIGTERM'))
    }
    await delay(POLL_MS)
  }
}

/** The living processes that are meant: marked, known from before, roots, and all descendants of those. */
export function select(
  table: readonly ProcessEntry[],
  selection: Selection & { readonly known: readonly ProcessRef[] },
  isMarked: (pid: number, marker: string) => boolean = carries,
): ProcessEntry[] {
  const own = process.getuid?.() ?? 0
  const spared = selfAndAncestors(table)
  const remembered = new Set([...(selection.roots ?? []), ...selection.known].map(key))
  const candidates = table.filter(({ pid, uid }) => !spared.has(pid) && (own === 0 || uid === own))
  const meant = new Set(
    candidates
      .filter((entry) => remembered.has(key(entry)) || isMarked(entry.pid, selection.marker))
      .map(({ pid }) => pid),
  )
  for (let size = -1; size !== meant.size; ) {
    size = meant.size
    for (const { pid, ppid } of candidates) if (meant.has(ppid)) meant.add(pid)
  }
  return candidates.filter(({ pid }) => meant.has(pid))
}

/** Those whose parent is not among them. */
export function topOf(entries: readonly ProcessEntry[]): ProcessEntry[] {
  const pids = new Set(entries.map(({ pid }) => pid))
  return entries.filter(({ ppid }) => !pids.has(ppid))
}

function stopSignalOf(entry: ProcessEntry, { roots = [] }: Selection): NodeJS.Signals | undefined {
  return roots.find((root) => key(root) === key(entry))?.stopSignal
}

function selfAndAncestors(table: readonly ProcessEntry[]): ReadonlySet<number> {
  const parents = new Map(table.map(({ pid, ppid }) => [pid, ppid]))
  const line = new Set<number>([1])
  for (let pid: number | undefined = process.pid; pid && !line.has(pid); pid = parents.get(pid)) line.add(pid)
  return line
}

function key({ pid, start }: ProcessRef): string {
  return `${pid} ${start}`
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // Gone already; or another account's, which is then reported as remaining.
    if (codeOf(error) !== 'ESRCH' && codeOf(error) !== 'EPERM') throw error
  }
}
