import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** `maxRequests` ± up to `jitter`, so that workers which start together do not leave together; never below 1. */
export function recycleAfter(
  maxRequests: number,
  jitter: number,
  random: () => number = Math.random,
): number {
  return Math.max(1, maxRequests + Math.round((random() * 2 - 1) * jitter))
}

/** A worker lives so long before it recycles: process managers take a quick end for a failed start. */
export const RECYCLE_MIN_AGE_MS = 2_000

const STALE_MS = 60_000
const POLL_MS = 250

/**
 * One worker of a machine recycles at a time, or there may be a moment when none listens: workers that share the
 * load evenly reach their limit together, jitter or not. The holder keeps the lock until its successor, which has the
 * same `instance`, listens and calls `release`. A lock whose successor never came is taken over after a minute.
 */
export class RecycleLock {
  readonly #path: string
  readonly #instance: string

  constructor(path: string, instance: string) {
    this.#path = path
    this.#instance = instance
  }

  async acquire(): Promise<void> {
    while (!(await this.#tryAcquire())) {
      await sleep(POLL_MS * (1 + Math.random()))
    }
  }

  /** Called by a worker that listens: whoever held the lock in its place is gone. */
  async release(): Promise<void> {
    if ((await this.#holder()) === this.#instance) await rm(this.#path, { force: true })
  }

  async #tryAcquire(): Promise<boolean> {
    try {
      await writeFile(this.#path, this.#instance, { flag: 'wx' })
      return true
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
    if (await this.#isStale()) await rm(this.#path, { force: true })
    return false
  }

  async #isStale(): Promise<boolean> {
    try {
      return Date.now() - (await stat(this.#path)).mtimeMs > STALE_MS
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false
      throw error
    }
  }

  async #holder(): Promise<string | null> {
    try {
      return await readFile(this.#path, 'utf8')
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return null
      throw error
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
