import { parentPort } from 'node:worker_threads'
import { CPU_WORK } from './cpu-work.js'

/** A question to the thread, and its answer. One at a time. */
export interface CpuRequest {
  readonly name: string
  readonly args: unknown
}
export type CpuAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string }

parentPort?.on('message', ({ name, args }: CpuRequest) => {
  parentPort?.postMessage(answer(name, args))
})

function answer(name: string, args: unknown): CpuAnswer {
  try {
    const work = CPU_WORK[name]
    if (work === undefined) return { ok: false, message: `no CPU-heavy task is named "${name}"` }
    return { ok: true, value: work(args as never) }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) }
  }
}
