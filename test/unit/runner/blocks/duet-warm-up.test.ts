import { expect, it } from 'vitest'
import type { DuetEngine } from '../../../../src/engine/duet/duet.js'
import { createFake } from '../../../../src/engine/fake.js'
import type { LoadPlan } from '../../../../src/model/plan/load-plan.js'
import { warmUpDuet } from '../../../../src/runner/blocks/duet-warm-up.js'

const plan = { baseUrl: 'http://a', steps: [{ path: '/' }], connections: 1 } as unknown as LoadPlan

/** Tells of so many answers in each second, until it is stopped; and how long it was to load. */
function duet(perSecond: readonly (readonly [number, number])[], errors = 0) {
  const told: number[] = []
  let duration = 0
  const engine: Pick<DuetEngine, 'closed'> = {
    async closed([first, second], { signal, enough, onProgress }) {
      duration = first.durationSeconds
      const ok: [number, number] = [0, 0]
      for (const [index, [one, other]] of perSecond.entries()) {
        if (signal.aborted || enough?.aborted) break
        ok[0] += one
        ok[1] += other
        const of = (arm: 0 | 1) => ({ ok: ok[arm], errors, answers: ok[arm], connectionErrors: 0 })
        const elapsedSeconds = index + 1
        told.push(elapsedSeconds)
        onProgress?.([
          { ...of(0), elapsedSeconds },
          { ...of(1), elapsedSeconds },
        ])
      }
      const sample = await createFake({ perSecond: 10 }).run(
        { ...second, durationSeconds: 1 },
        { signal, env: {} },
      )
      return [sample, sample]
    },
  }
  return { engine, told, duration: () => duration }
}

async function secondsUntilWarm(
  perSecond: readonly (readonly [number, number])[],
  minimum: number,
  errors = 0,
) {
  const { engine, told, duration } = duet(perSecond, errors)
  await warmUpDuet([plan, plan], minimum, { engine, leaseEnv: {}, signal: new AbortController().signal })
  expect(duration()).toBe(3 * minimum)
  return told.length
}

const steady = (seconds: number) => Array.from({ length: seconds }, () => [100, 100] as const)

it('ends as soon as both are steady, but not before its minimum', async () => {
  expect(await secondsUntilWarm(steady(6), 2)).toBe(3)
  expect(await secondsUntilWarm(steady(15), 5)).toBe(5)
  // The second of the two is still getting faster.
  const slow = [10, 40, 60, 80, 100, 110].map((ok) => [100, ok] as const)
  expect(await secondsUntilWarm(slow, 2)).toBe(6)
})

it('ends at once where an arm answers nothing as expected', async () => {
  const wrong = Array.from({ length: 6 }, () => [100, 0] as const)
  expect(await secondsUntilWarm(wrong, 2, 5)).toBe(1)
})

it('is none where none is wanted', async () => {
  const { engine, told } = duet(steady(6))
  const { signal } = new AbortController()
  expect(await warmUpDuet([plan, plan], 0, { engine, leaseEnv: {}, signal })).toBeNull()
  expect(told).toEqual([])
})
