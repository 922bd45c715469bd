import { expect, test } from 'vitest'
import { workerIdOf } from '../../../src/launch/readiness.js'

test.each([
  [{ status: 200, body: '{"worker_id":12}' }, '12'],
  [{ status: 200, body: '{"worker_id":"w-1"}' }, 'w-1'],
  [{ status: 503, body: '{"worker_id":12}' }, null],
  [{ status: 200, body: '{}' }, null],
  [{ status: 200, body: 'null' }, null],
  [{ status: 200, body: '<html>' }, null],
  [{ status: null, problem: 'x' }, null],
] as const)('the worker of %j is %s', (answer, id) => {
  expect(workerIdOf(answer)).toBe(id)
})
