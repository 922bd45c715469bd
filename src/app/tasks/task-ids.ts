import { createHash, randomUUID } from 'node:crypto'
import { TASK_KINDS, type TaskKind } from './task-catalog.js'

/** Ids begin with the kind of the task, so that one knows in which queue to look for it. */
export function newTaskId(kind: TaskKind, name: string, idempotencyKey?: string): string {
  if (idempotencyKey === undefined) return `${kind}-${randomUUID()}`
  const digest = createHash('sha256').update(`${name}\0${idempotencyKey}`).digest('hex')
  return `${kind}-key-${digest.slice(0, 32)}`
}

/** The id of a part of a batch: the same one when the batch is run again. */
export function partId(kind: TaskKind, batchId: string, index: number): string {
  return `${kind}-of-${batchId}-${index}`
}

/** An id that stands for all runs of a repeating task. */
export function newRepeatId(kind: TaskKind): string {
  return `${kind}-repeat-${randomUUID()}`
}

/** Null for what is no id of ours. */
export function kindOfId(id: string): TaskKind | null {
  return TASK_KINDS.find((kind) => id.startsWith(`${kind}-`)) ?? null
}

export function isRepeatId(id: string): boolean {
  return /^[a-z]+-repeat-/.test(id)
}
