import { defineScenario } from '../src/model/define.js'

export default defineScenario({
  name: 'auth-login',
  title: 'Log in',
  summary: 'A password hash a request, by seeded users in turn: bound by the CPU.',
  variables: { user: { int: [1, 10_000] } },
  steps: [
    {
      name: 'log in',
      method: 'POST',
      path: '/api/auth/login',
      body: { email: 'user{{user}}@example.com', password: 'correct-horse-battery' },
      expect: { status: 200, json: { token: { exists: true } } },
    },
  ],
  // A few already keep every core busy; more would only wait in line.
  load: { connections: 4 },
})
