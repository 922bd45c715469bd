import { defineScenario } from '../src/model/define.js'

export default defineScenario({
  name: 'db-read',
  title: 'Reads from the database',
  summary: 'Three look-ups by primary key to one page of twenty, spread over all seeded users.',
  variables: { id: { int: [1, 10_000] }, offset: { int: [0, 9_980] } },
  steps: [
    {
      name: 'one user',
      path: '/api/users/{{id}}',
      weight: 3,
      expect: { status: 200, json: { id: { exists: true }, email: { exists: true } } },
    },
    {
      name: 'page of users',
      path: '/api/users?limit=20&offset={{offset}}',
      weight: 1,
      // The twentieth: a page that is cut short is no page.
      expect: { status: 200, json: { 'users.19.id': { exists: true } } },
    },
  ],
})
