import { spawnSync } from 'node:child_process'
import type { TestOptions } from 'vitest'
import type { ServiceName } from '../../src/model/plan/level.js'
import { checkService } from '../../src/services/providers.js'
import { hasTaskset } from '../../src/services/support/pinned.js'

declare module 'vitest' {
  interface TaskMeta {
    /** What the machine lacks that this test needs; the summary tells it. */
    lack?: string
  }
}

/** Options of a test or a group that needs what this machine may lack: skipped, with the first reason that is not null. */
export function needs(...lacks: readonly (string | null)[]): TestOptions {
  const lack = lacks.find((one) => one !== null)
  return lack === undefined ? {} : { skip: true, meta: { lack } }
}

/** Why a service cannot be had here, and the command that gets it; null where it can. */
export async function lackOf(service: ServiceName): Promise<string | null> {
  const found = await checkService(service, process.env)
  if (found.available) return null
  return found.fix === null ? found.reason : `${found.reason} (${found.fix})`
}

/** A lack of a program that cannot be run with these arguments. */
export function lackOfProgram(program: string, args: readonly string[]): string | null {
  return spawnSync(program, args).status === 0 ? null : `${program} is not installed`
}

export const lackOfOpenssl = lackOfProgram('openssl', ['version'])
export const lackOfTaskset = hasTaskset() ? null : 'taskset is not installed'
export const lackOfLinux = process.platform === 'linux' ? null : 'only Linux tells it'
