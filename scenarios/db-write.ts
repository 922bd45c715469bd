import { defineScenario } from '../src/model/define.js'

export default defineScenario({
  name: 'db-write',
  title: 'Writes to the database',
  summary: 'One new user a request: an insert, a unique index, a commit.',
  variables: { unique: { uuid: true } },
  steps: [
    {
      name: 'create user',
      method: 'POST',
      path: '/api/users',
      body: { email: '{{unique}}@{{cell}}.example.com', name: 'Load Test' },
      expect: { status: 201, json: { id: { exists: true }, email: { exists: true } } },
    },
  ],
  // UUIDs are drawn from the seed. With the same seed and a database that is kept, they alone would come again.
  setup: async () => ({ cell: crypto.randomUUID() }),
})
