import fc from 'fast-check'
import { expect, it } from 'vitest'
import { UserTurns } from '../../../../src/engine/steps/user-turns.js'

/** Each goes and is back at once. */
function goAndReturn(turns: UserTurns, times: number): number[] {
  return Array.from({ length: times }, (_, nowMs) => {
    const user = turns.next(nowMs)
    turns.back(user, nowMs)
    return user
  })
}

it('makes no more users than are needed, but for those there are to be at least', () => {
  expect(goAndReturn(new UserTurns({ least: 1, most: 30 }), 4)).toEqual([0, 0, 0, 0])
  expect(goAndReturn(new UserTurns({ least: 3, most: 30 }), 7)).toEqual([0, 1, 2, 0, 1, 2, 0])
})

it('passes over those who think or wait for an answer, and makes more where nobody is left', () => {
  const turns = new UserTurns({ least: 1, most: 4 })
  expect([turns.next(0), turns.next(0)]).toEqual([0, 1])
  turns.back(0, 100)
  turns.back(1, 50)
  expect(turns.next(49)).toBe(2)
  expect(turns.next(50)).toBe(1)
  expect(turns.next(99)).toBe(3)
  expect(turns.next(100)).toBe(0)
})

it('sends the one first who has been back for the longest', () => {
  const turns = new UserTurns({ least: 1, most: 9 })
  expect([turns.next(0), turns.next(0), turns.next(0)]).toEqual([0, 1, 2])
  for (const [user, atMs] of [
    [1, 5],
    [2, 5],
    [0, 6],
  ] as const)
    turns.back(user, atMs)
  expect([turns.next(7), turns.next(7), turns.next(7), turns.next(7)]).toEqual([1, 2, 0, 3])
})

it('cuts the pause that is nearest to its end when no more may be made, and refuses what cannot be', () => {
  const turns = new UserTurns({ least: 1, most: 2 })
  expect([turns.next(0), turns.next(0)]).toEqual([0, 1])
  turns.back(0, 900)
  turns.back(1, 800)
  expect([turns.next(1), turns.next(1)]).toEqual([1, 0])
  expect(() => turns.next(1)).toThrow('more requests are under way')
})

it('takes in users and sends them away, and gives no number twice', () => {
  const turns = new UserTurns({ least: 1, most: 3 })
  expect([turns.join(0), turns.join(0)]).toEqual([0, 1])
  turns.leave(0)
  expect(turns.count).toBe(1)
  expect([turns.next(0), turns.next(0), turns.next(0)]).toEqual([1, 2, 3])
})

it('sends nobody before the time unless all users there may be are away, and makes nobody while one is ready', () => {
  const step = fc.record({
    passMs: fc.integer({ min: 0, max: 20 }),
    thinkMs: fc.integer({ min: 0, max: 100 }),
    answers: fc.nat(3),
  })
  const limits = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }))
  fc.assert(
    fc.property(limits, fc.array(step, { maxLength: 200 }), ([least, more], steps) => {
      const most = least + more
      const turns = new UserTurns({ least, most })
      const underWay: number[] = []
      const readyMs = new Map<number, number>()
      let nowMs = 0
      for (const { passMs, thinkMs, answers } of steps) {
        nowMs += passMs
        if (underWay.length === most) continue
        const ready = [...readyMs].filter(([, at]) => at <= nowMs).map(([user]) => user)
        const known = readyMs.size + underWay.length
        const user = turns.next(nowMs)
        const isNew = !readyMs.has(user)
        expect(underWay).not.toContain(user)
        if (known < least) expect(isNew).toBe(true)
        else if (ready.length > 0) expect(ready).toContain(user)
        else if (known < most) expect(isNew).toBe(true)
        else expect(readyMs.get(user)).toBe(Math.min(...readyMs.values()))
        readyMs.delete(user)
        underWay.push(user)
        for (const over of underWay.splice(0, answers)) {
          turns.back(over, nowMs + thinkMs)
          readyMs.set(over, nowMs + thinkMs)
        }
      }
    }),
    { seed: 1 },
  )
})
