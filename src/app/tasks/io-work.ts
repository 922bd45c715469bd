import type { Job } from 'bullmq'
import { type BatchArgs, type EmailArgs, kindOfTask } from './task-catalog.js'
import { partId } from './task-ids.js'
import type { TaskData, TaskQueues } from './task-queues.js'
import type { TaskResults } from './task-results.js'

/** Tasks of a batch that are added in one step. */
const ADD_AT_ONCE = 500

export interface IoParts {
  readonly queues: TaskQueues
  readonly results: TaskResults
}

/** Tasks that wait for others. Each may be run more than once, after a crash, and has its effect once. */
export const IO_WORK: Readonly<
  Record<string, (job: Job<TaskData>, parts: IoParts, signal: AbortSignal) => Promise<unknown>>
> = {
  send_email: async (job, { results }) => {
    const { to } = job.data.args as EmailArgs
    refuseUndeliverable(to, job.attemptsMade + 1)
    await results.sendOnce(job.id ?? '', JSON.stringify({ id: job.id, to }))
    return { to }
  },
  batch: async (job, { queues, results }, signal) => {
    const { task, items } = job.data.args as BatchArgs
    const kind = kindOfTask(task, items[0])
    for (let at = 0; at < items.length; at += ADD_AT_ONCE) {
      signal.throwIfAborted()
      // Run again after a crash, these are the same ids, and what was added before is not added again.
      const parts = items.slice(at, at + ADD_AT_ONCE).map((args, index) => ({
        name: task,
        data: { args },
        opts: { ...queues.jobOptions(), jobId: partId(kind, job.id ?? '', at + index) },
      }))
      await queues.of(kind).addBulk(parts)
      await results.countEnqueued(parts.length)
      await job.updateProgress(Math.round((100 * (at + parts.length)) / items.length))
    }
    return { tasks: items.length, first: partId(kind, job.id ?? '', 0) }
  },
}

/** Domains that RFC 2606 reserves: no mail ever gets there; `greylist.invalid` plays a server that wants a second try. */
function refuseUndeliverable(to: string, attempt: number): void {
  if (to.endsWith('@greylist.invalid')) {
    if (attempt < 2) throw new Error(`${to}: try again later`)
    return
  }
  if (to.endsWith('.invalid')) throw new Error(`${to}: no such host`)
}
