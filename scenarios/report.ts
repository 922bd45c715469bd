import { defineScenario } from '../src/model/define.js'

export default defineScenario({
  name: 'report',
  title: 'CPU-heavy report',
  summary:
    'A report computed while its requester waits, and everyone else of that worker too; where there is a queue, enqueued and asked for until it is done.',
  variables: { seed: { int: [1, 1_000_000] } },
  steps: [
    {
      name: 'generate report',
      method: 'POST',
      path: '/api/reports/generate',
      body: { seed: '{{seed}}' },
      expect: { status: 200, json: { rows: 100_000, 'groups.0.revenue': { exists: true } } },
    },
  ],
  variants: [
    {
      needs: ['redis'],
      steps: [
        {
          name: 'enqueue report',
          method: 'POST',
          path: '/api/reports/generate',
          body: { seed: '{{seed}}' },
          expect: { status: 202, json: { status: 'queued' } },
          capture: { task: 'task_id' },
        },
        {
          name: 'wait for it',
          path: '/api/tasks/{{task}}?wait=8',
          expect: { status: 200, json: { status: 'done', 'result.rows': 100_000 } },
        },
      ],
    },
  ],
  load: { connections: 4 },
})
