import { defineScenario } from '../src/model/define.js'

export default defineScenario({
  name: 'simple',
  title: 'Small JSON',
  summary: 'The least that a request can cost: the floor under every other scenario.',
  steps: [{ path: '/api/simple', expect: { status: 200, json: { message: 'hello', ok: true } } }],
})
