import { defineScenario } from '../src/model/define.js'

export default defineScenario({
  name: 'report',
  title: 'CPU-heavy report',
  summary: 'A report computed while its requester waits, and everyone else of that worker too.',
  variables: { seed: { int: [1, 1_000_000] } },
  steps: [
    {
      name: 'generate report',
      method: 'POST',
      path: '/api/reports/generate',
      body: { seed: '{{seed}}' },
      expect: { status: 200, json: { rows: 100_000, 'groups.0.revenue': true } },
    },
  ],
  load: { connections: 4 },
})
