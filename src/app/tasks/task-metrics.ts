import client, { type Metric } from 'prom-client'
import type { Durations, QueueState, TaskService } from './task-service.js'

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800]
/** Several metrics are read for one answer; the queue is asked once. */
const FRESH_MS = 500

/** Adds what the queue says of itself. It is the same from every worker: it is shared by all of them. */
export function registerTaskMetrics(register: client.Registry, tasks: TaskService): void {
  const state = remembered(() => tasks.queueState())
  new client.Gauge({
    name: 'tasks',
    help: 'Tasks in the queue by state',
    labelNames: ['state'],
    registers: [register],
    async collect() {
      this.reset()
      const now = await state()
      if (now === null) return
      const { waiting, delayed, active } = now
      for (const [label, value] of Object.entries({ waiting, delayed, active }))
        this.set({ state: label }, value)
    },
  })
  for (const what of ['enqueued', 'done', 'failed', 'cancelled'] as const) {
    new client.Counter({
      name: `tasks_${what}_total`,
      help: `Tasks ${what} since the queue exists`,
      registers: [register],
      async collect() {
        this.reset()
        const now = await state()
        if (now !== null) this.inc(now[what])
      },
    })
  }
  register.registerMetric(
    histogram(
      'tasks_completion_seconds',
      'From enqueueing to done',
      async () => (await state())?.completion ?? null,
    ),
  )
  register.registerMetric(
    histogram(
      'tasks_duration_seconds',
      'What the work itself took',
      async () => (await state())?.run ?? null,
    ),
  )
}

/** Cumulative counts at the bounds of a Prometheus histogram. */
export function cumulative({ buckets }: Durations): { le: number | '+Inf'; count: number }[] {
  const upTo = (bound: number) => buckets.reduce((sum, { le, count }) => (le <= bound ? sum + count : sum), 0)
  return [
    ...BOUNDS.map((le) => ({ le, count: upTo(le) })),
    { le: '+Inf' as const, count: upTo(Number.POSITIVE_INFINITY) },
  ]
}

/** Null while the queue does not answer: what is not known is left out, and the other metrics are shown all the same. */
function remembered(ask: () => Promise<QueueState>): () => Promise<QueueState | null> {
  let asked: Promise<QueueState | null> | null = null
  let at = 0
  return () => {
    if (asked === null || performance.now() - at > FRESH_MS) {
      at = performance.now()
      asked = ask().catch(() => null)
    }
    return asked
  }
}

/** prom-client's own histogram counts what it is told; this one shows what others have counted. */
function histogram(name: string, help: string, read: () => Promise<Durations | null>): Metric<string> {
  const metric = {
    name,
    help,
    get: async () => {
      const durations = await read()
      const counts = durations === null ? [] : cumulative(durations)
      const labels = {}
      return {
        name,
        help,
        type: 'histogram',
        aggregator: 'first',
        values:
          durations === null
            ? []
            : [
                ...counts.map(({ le, count }) => ({
                  metricName: `${name}_bucket`,
                  labels: { le },
                  value: count,
                })),
                { metricName: `${name}_sum`, labels, value: durations.sumSeconds },
                { metricName: `${name}_count`, labels, value: counts.at(-1)?.count ?? 0 },
              ],
      }
    },
  }
  return metric as unknown as Metric<string>
}
