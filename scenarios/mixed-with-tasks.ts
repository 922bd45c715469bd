import { setTimeout as sleep } from 'node:timers/promises'
import { defineScenario } from '../src/model/define.js'

/** Reports that are queued before measuring begins: minutes of CPU time. */
const REPORTS = 10_000
/** So many are in flight when it begins. */
const AT_LEAST = 1_000
const WAIT_MS = 60_000

export default defineScenario({
  name: 'mixed-with-tasks',
  title: 'The simple endpoint, with CPU-heavy tasks in the queue',
  summary:
    'What users of the web notice of a thousand and more reports that are in flight: the simple endpoint while queue workers are busy.',
  needs: ['redis'],
  backlog: true,
  steps: [
    { name: 'simple', path: '/api/simple', expect: { status: 200, json: { message: { exists: true } } } },
  ],
  async setup({ request }) {
    const items = Array.from({ length: REPORTS }, (_, seed) => ({ seed }))
    const body = { name: 'batch', args: { task: 'generate_report', items } }
    const { status } = await request('/api/tasks', { method: 'POST', body })
    if (status !== 202) throw new Error(`the queue does not accept a batch of reports: status ${status}`)
    for (const deadline = Date.now() + WAIT_MS; ; await sleep(100)) {
      const queue = (await request('/health/queue')).body as { waiting?: number; active?: number }
      if ((queue.waiting ?? 0) + (queue.active ?? 0) >= AT_LEAST) return {}
      if (Date.now() > deadline)
        throw new Error(`after ${WAIT_MS / 1_000} s fewer than ${AT_LEAST} tasks wait`)
    }
  },
})
