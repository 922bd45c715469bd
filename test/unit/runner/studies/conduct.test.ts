import { describe, expect, it } from 'vitest'
import { conduct, type Study } from '../../../../src/runner/studies/conduct.js'
import { UserError } from '../../../../src/words/errors.js'

interface Coin {
  readonly state: 'running' | 'completed' | 'interrupted' | 'failed'
  readonly finishedAt: string | null
  readonly warnings: string[]
  readonly throws: readonly boolean[]
  readonly verdict: string | null
}

const FRESH: Coin = { state: 'running', finishedAt: null, warnings: [], throws: [], verdict: null }

/** Heads every third time; sure after `most` throws. */
function coin(most: number, inThrow: (index: number) => void = () => {}): Study<Coin, number> {
  return {
    next: ({ throws }) =>
      throws.length < most ? { step: throws.length } : { end: { verdict: `${throws.length} throws` } },
    async take(index, kept) {
      inThrow(index)
      await kept.save({ throws: [...kept.record.throws, index % 3 === 0] })
      return undefined
    },
    interrupted: () => ({ verdict: 'stopped' }),
  }
}

function saving(signal = new AbortController().signal) {
  const saved: Coin[] = []
  const parts = { signal, save: async (record: Coin) => void saved.push(record) }
  return { saved, parts }
}

describe('a study', () => {
  it('takes step after step, saves each, and ends with its verdict', async () => {
    const { saved, parts } = saving()
    const ended = await conduct(FRESH, coin(3), parts)
    expect(ended).toMatchObject({ state: 'completed', throws: [true, false, false], verdict: '3 throws' })
    expect(saved.map(({ throws }) => throws.length)).toEqual([0, 1, 2, 3, 3])
    expect(saved.map(({ finishedAt }) => finishedAt === null)).toEqual([true, true, true, true, false])
  })

  it('keeps its steps when it is interrupted, and goes on from them', async () => {
    const stop = new AbortController()
    const { saved, parts } = saving(stop.signal)
    const interrupted = await conduct(
      FRESH,
      coin(4, (index) => {
        if (index < 2) return
        stop.abort()
        throw new Error('called off')
      }),
      parts,
    )
    expect(interrupted).toMatchObject({ state: 'interrupted', throws: [true, false], verdict: 'stopped' })
    expect(saved.at(-1)).toEqual(interrupted)
    const thrown: number[] = []
    const resumed = await conduct(
      { ...interrupted, verdict: null },
      coin(4, (index) => void thrown.push(index)),
      saving().parts,
    )
    expect(thrown).toEqual([2, 3])
    expect(resumed).toMatchObject({ state: 'completed', throws: [true, false, false, true] })
  })

  it('begins nothing once it is interrupted, but ends where nothing was left to do', async () => {
    const aborted = AbortSignal.abort()
    const never = coin(1, () => expect.fail('it threw'))
    expect(await conduct(FRESH, never, saving(aborted).parts)).toMatchObject({ state: 'interrupted' })
    const done = { ...FRESH, throws: [true] }
    expect(await conduct(done, never, saving(aborted).parts)).toMatchObject({ state: 'completed' })
  })

  it('says in its record why it failed', async () => {
    const { saved, parts } = saving()
    const broken = coin(2, (index) => {
      if (index === 1) throw new UserError(['the coin is lost', 'the table too'])
    })
    await expect(conduct(FRESH, broken, parts)).rejects.toThrow('the coin is lost')
    expect(saved.at(-1)).toMatchObject({
      state: 'failed',
      throws: [true],
      warnings: ['the coin is lost', 'the table too'],
    })
    expect(saved.at(-1)?.finishedAt).not.toBeNull()
  })

  it('may end with what a step found', async () => {
    const found: Study<Coin, number> = { ...coin(9), take: async () => ({ verdict: 'it fell on its edge' }) }
    expect(await conduct(FRESH, found, saving().parts)).toMatchObject({
      state: 'completed',
      verdict: 'it fell on its edge',
    })
  })
})
