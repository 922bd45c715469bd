import { type ChildProcess, spawn } from 'node:child_process'
import type { Lease } from '../model/plan/lease.js'

/** What of rungs' own environment a helper process needs. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR']

export interface Program {
  readonly command: string
  readonly args: readonly string[]
  /** Cores to keep it on; none: wherever the system puts it. */
  readonly cpus: readonly number[]
}

/**
 * Starts a process under the lease, in a process group of its own, so that Ctrl-C in a terminal reaches rungs only.
 * With `ipc` it has a channel to rungs, without one its stdout can be read. A program that cannot be started tells so
 * by its `error` event. Call `note` next.
 */
export function startProcess({ command, args, cpus }: Program, { env }: Lease, ipc: boolean): ChildProcess {
  const [program = command, ...rest] =
    cpus.length > 0 ? ['taskset', '-c', cpus.join(','), command, ...args] : [command, ...args]
  return spawn(program, rest, {
    stdio: ['ignore', ipc ? 'ignore' : 'pipe', 'pipe', ...(ipc ? ['ipc' as const] : [])],
    detached: true,
    env: { ...inherited(), ...env },
  })
}

/** Puts a process on the lease, where a clean-up after a crash finds it. */
export async function note(child: ChildProcess, lease: Lease): Promise<void> {
  if (child.pid !== undefined) await lease.ownProcess(child.pid)
}

function inherited(): Record<string, string> {
  const env: Record<string, string> = {}
  for (const name of INHERITED) {
    const value = process.env[name]
    if (value !== undefined) env[name] = value
  }
  return env
}
