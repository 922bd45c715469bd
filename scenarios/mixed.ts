import { defineScenario } from '../src/model/define.js'

const USERS = 4

const logIn = (user: string) => ({
  method: 'POST' as const,
  path: '/api/auth/login',
  body: { email: `user${user}@example.com`, password: 'correct-horse-battery' },
})

export default defineScenario({
  name: 'mixed',
  title: 'A mixed session',
  summary:
    'Users who mostly browse, sometimes look themselves up, now and then create a user or log in again.',
  variables: {
    user: { int: [1, 10_000] },
    id: { int: [1, 10_000] },
    offset: { int: [0, 9_980] },
    unique: { uuid: true },
  },
  steps: [
    {
      name: 'browse',
      weight: 50,
      path: '/api/users?limit=20&offset={{offset}}',
      expect: { status: 200, json: { 'users.19.id': { exists: true } } },
    },
    {
      name: 'view one',
      weight: 30,
      path: '/api/users/{{id}}',
      expect: { status: 200, json: { id: { exists: true }, email: { exists: true } } },
    },
    {
      name: 'me',
      weight: 10,
      path: '/api/auth/me',
      headers: { authorization: 'Bearer {{token}}' },
      expect: { status: 200, json: { id: { exists: true }, email: { exists: true } } },
    },
    {
      name: 'create user',
      weight: 9,
      method: 'POST',
      path: '/api/users',
      body: { email: '{{unique}}@{{cell}}.example.com', name: 'Load Test' },
      expect: { status: 201, json: { id: { exists: true }, email: { exists: true } } },
    },
    // One request in a hundred, since its password hash costs as much CPU as hundreds of the others.
    { name: 'log in', weight: 1, ...logIn('{{user}}'), expect: { status: 200 }, capture: { token: 'token' } },
  ],
  // Users who have logged in before: if every connection began with a log-in, all of them would wait for password
  // hashes at the start of every phase, and nothing else would be measured in that time.
  async setup({ request }) {
    const token: string[] = []
    for (let user = 1; user <= USERS; user++) {
      const { method, path, body } = logIn(String(user))
      const answer = await request(path, { method, body })
      if (answer.status !== 200) throw new Error(`${body.email} cannot log in: status ${answer.status}`)
      token.push((answer.body as { token: string }).token)
    }
    // UUIDs are drawn from the seed. With the same seed and a database that is kept, they alone would come again.
    return { token, cell: crypto.randomUUID() }
  },
})
