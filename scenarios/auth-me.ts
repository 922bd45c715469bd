import { defineScenario } from '../src/model/define.js'

const USERS = 4

export default defineScenario({
  name: 'auth-me',
  title: 'Who am I',
  summary: 'A token verified and its account looked up, by four users who have logged in before.',
  steps: [
    {
      name: 'me',
      path: '/api/auth/me',
      headers: { authorization: 'Bearer {{token}}' },
      expect: { status: 200, json: { id: { exists: true }, email: { exists: true } } },
    },
  ],
  async setup({ request }) {
    const token: string[] = []
    for (let user = 1; user <= USERS; user++) {
      const email = `user${user}@example.com`
      const { status, body } = await request('/api/auth/login', {
        method: 'POST',
        body: { email, password: 'correct-horse-battery' },
      })
      if (status !== 200) throw new Error(`${email} cannot log in: status ${status}`)
      token.push((body as { token: string }).token)
    }
    return { token }
  },
})
