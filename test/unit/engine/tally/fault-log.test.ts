import { expect, it } from 'vitest'
import { FaultLog } from '../../../../src/engine/tally/fault-log.js'

it('counts by kind and step, and asks for the first example only', () => {
  const log = new FaultLog(['log in', 'items'])
  let asked = 0
  const seen = () => ({ status: 500, text: `example ${++asked}` })
  log.note('status 500', 1, seen)
  log.note('status 500', 1, seen)
  log.note('status 500', 0, seen)
  log.note('data after the end of an answer', null)
  expect(asked).toBe(1)
  expect(log.list()).toEqual([
    {
      what: 'status 500',
      count: 3,
      steps: [
        { name: 'log in', count: 1 },
        { name: 'items', count: 2 },
      ],
      example: { status: 500, text: 'example 1' },
    },
    { what: 'data after the end of an answer', count: 1 },
  ])
})
