import fc from 'fast-check'
import { expect, it } from 'vitest'
import { UserTurns } from '../../../src/engine/user-turns.js'

it('lets so many users as usual take turns, though one would do', () => {
  const turns = new UserTurns({ usual: 3, most: 30 })
  const went = Array.from({ length: 7 }, (_, nowMs) => {
    const user = turns.next(nowMs)
    turns.back(user, nowMs)
    return user
  })
  expect(went).toEqual([0, 1, 2, 0, 1, 2, 0])
})

it('passes over those who think or wait for an answer, and makes more where nobody is left', () => {
  const turns = new UserTurns({ usual: 2, most: 4 })
  expect([turns.next(0), turns.next(0)]).toEqual([0, 1])
  turns.back(0, 100)
  turns.back(1, 50)
  expect(turns.next(49)).toBe(2)
  expect(turns.next(50)).toBe(1)
  expect(turns.next(99)).toBe(3)
  expect(turns.next(100)).toBe(0)
})

it('cuts the pause that is nearest to its end when no more may be made, and then lets them take turns', () => {
  const turns = new UserTurns({ usual: 2, most: 2 })
  expect([turns.next(0), turns.next(0)]).toEqual([0, 1])
  turns.back(0, 900)
  turns.back(1, 800)
  expect([turns.next(1), turns.next(1)]).toEqual([1, 0])
  expect([turns.next(1), turns.next(1), turns.next(1)]).toEqual([0, 1, 0])
  // User 1 has two requests under way: it rests after the second.
  turns.back(1, 5)
  expect(turns.next(10)).toBe(1)
})

it('sends nobody before the time unless all users there may be are away', () => {
  const step = fc.record({
    passMs: fc.integer({ min: 0, max: 20 }),
    thinkMs: fc.integer({ min: 0, max: 100 }),
    answers: fc.nat(3),
  })
  const limits = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 200 }), ([usual, times], steps) => {
      const most = usual * times
      const turns = new UserTurns({ usual, most })
      const underWay: number[] = []
      const readyMs = new Map<number, number>()
      let nowMs = 0
      for (const { passMs, thinkMs, answers } of steps) {
        nowMs += passMs
        const ready = [...readyMs].filter(([, at]) => at <= nowMs).map(([user]) => user)
        const known = new Set([...readyMs.keys(), ...underWay]).size
        const user = turns.next(nowMs)
        expect(user).toBeLessThan(most)
        const isNew = !readyMs.has(user) && !underWay.includes(user)
        if (known < usual) expect(isNew).toBe(true)
        else if (ready.length > 0) expect(ready).toContain(user)
        else if (known < most) expect(isNew).toBe(true)
        else if (readyMs.size > 0) expect(readyMs.get(user)).toBe(Math.min(...readyMs.values()))
        readyMs.delete(user)
        underWay.push(user)
        for (const over of underWay.splice(0, answers)) {
          turns.back(over, nowMs + thinkMs)
          if (!underWay.includes(over)) readyMs.set(over, nowMs + thinkMs)
        }
      }
    }),
    { seed: 1 },
  )
})
