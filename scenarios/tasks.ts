import { defineScenario } from '../src/model/define.js'

export default defineScenario({
  name: 'tasks',
  title: 'Tasks, enqueued only',
  summary:
    'Mail handed to the queue: how fast the web accepts, whatever the queue workers get done meanwhile.',
  needs: ['redis'],
  backlog: true,
  variables: { user: { int: [1, 10_000] } },
  steps: [
    {
      name: 'enqueue',
      method: 'POST',
      path: '/api/tasks',
      body: { name: 'send_email', args: { to: 'user{{user}}@example.com' } },
      expect: { status: 202, json: { task_id: { exists: true }, status: 'queued' } },
    },
  ],
})
