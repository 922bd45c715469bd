import { spawn } from 'node:child_process'
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { tellingText } from '../../model/plan/telling-lines.js'
import { codeOf } from '../../words/errors.js'
import type { Invocation } from './pinned.js'

export interface SpawnRequest extends Invocation {
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** Output and errors are appended here, without a detour through rungs. */
  readonly logFile: string
  /** Account to run as; only root may choose. */
  readonly account?: { readonly uid: number; readonly gid: number } | null
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A process that rungs started, in a process group of its own. */
export interface LoggedProcess {
  readonly pid: number
  readonly logFile: string
  /** Where in the log file its own output begins. */
  readonly logStart: number
  readonly exited: Promise<Exit>
  /** How it ended, or null while it runs. */
  exit(): Exit | null
  /** Signals the process alone; nothing happens when it has ended. */
  signal(name: NodeJS.Signals): void
  /** Signals all that is left of its process group, whether or not the process itself has ended. */
  signalGroup(name: NodeJS.Signals): void
}

/**
 * Starts a process that writes its log straight into a file and lives in its own process group, so that a terminal's
 * Ctrl-C reaches rungs alone, which then stops everything in order.
 * @throws Error of the system (`ENOENT`, `EACCES`, …) when it cannot be started.
 */
export async function spawnLogged(request: SpawnRequest): Promise<LoggedProcess> {
  mkdirSync(dirname(request.logFile), { recursive: true })
  const log = openSync(request.logFile, 'a')
  try {
    const logStart = fstatSync(log).size
    const child = spawn(request.command, request.args, {
      cwd: request.cwd,
      env: request.env,
      detached: true,
      stdio: ['ignore', log, log],
      ...(request.account ? { uid: request.account.uid, gid: request.account.gid } : {}),
    })
    let ended: Exit | null = null
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => {
        ended = { code, signal }
        resolve(ended)
      })
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', reject)
    })
    const pid = child.pid as number
    return {
      pid,
      logFile: request.logFile,
      logStart,
      exited,
      exit: () => ended,
      signal: (name) => {
        if (!ended) signalPid(pid, name)
      },
      signalGroup: (name) => signalPid(-pid, name),
    }
  } finally {
    closeSync(log)
  }
}

/** Waits until the process ends, at most `ms`. */
export async function exitWithin(process: LoggedProcess, ms: number): Promise<Exit | null> {
  const timer = new AbortController()
  try {
    return await Promise.race([process.exited, delay(ms, null, { signal: timer.signal })])
  } finally {
    timer.abort()
  }
}

/** The last lines of a log file from `start` on, without empty ones; none when it is gone. */
export function lastLines(logFile: string, count: number, start = 0): string[] {
  const most = 64 * 1024
  if (!existsSync(logFile)) return []
  const file = openSync(logFile, 'r')
  try {
    const { size } = fstatSync(file)
    const from = Math.max(start, size - most)
    const buffer = Buffer.alloc(Math.max(0, size - from))
    const read = readSync(file, buffer, 0, buffer.length, from)
    const lines = buffer.toString('utf8', 0, read).split(/\r?\n/)
    return lines.filter((line) => line.trim() !== '').slice(-count)
  } finally {
    closeSync(file)
  }
}

/** As many lines as a failure takes to tell its reason, with all that comes behind it. */
export const TELLING_LINES = 400

/** The line of a process's log that says why it failed. */
export function lastWords({ logFile, logStart }: LoggedProcess): string {
  return tellingText(lastLines(logFile, TELLING_LINES, logStart))
}

/** The log's path for messages: short where it lies below the folder that rungs was called in. */
export function logName({ logFile }: LoggedProcess): string {
  const below = relative(process.cwd(), logFile)
  return below.startsWith('..') ? logFile : below
}

/** `code 1` or `signal SIGKILL`, for messages. */
export function exitText({ code, signal }: { code: number | null; signal: string | null }): string {
  return signal ? `signal ${signal}` : `code ${code}`
}

function signalPid(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    // It ended in the meantime, which is all that was wanted. macOS answers EPERM for a group of zombies.
    if (codeOf(error) !== 'ESRCH' && codeOf(error) !== 'EPERM') throw error
  }
}
