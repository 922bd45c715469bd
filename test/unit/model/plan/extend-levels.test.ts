import { describe, expect, it } from 'vitest'
import { extendLevels } from '../../../../src/model/plan/extend-levels.js'

/** What a level becomes that says this on top of that. */
function extended(base: object, own: object): unknown {
  const levels = [
    { number: 0, name: 'base', ...base },
    { number: 1, name: 'own', extends: 0, ...own },
  ]
  const { level } = extendLevels(levels)[1] ?? {}
  const { number: _, name: __, ...rest } = level ?? {}
  return rest
}

describe('a level that extends another', () => {
  it('takes what it does not say itself, but for number, name and claims', () => {
    expect(extended({ title: 'Base', claims: [{ text: 'fast' }] }, {})).toEqual({ title: 'Base' })
    expect(extended({ title: 'Base' }, { title: 'Own', workers: 2 })).toEqual({ title: 'Own', workers: 2 })
    expect(extendLevels([{ name: 'a' }, { name: 'b', extends: 'a' }]).map(({ level }) => level)).toEqual([
      { name: 'a' },
      { name: 'b' },
    ])
  })

  it('merges objects key by key, however deep', () => {
    const controls = { reload: { command: 'x', env: { A: '1', B: '2' } }, status: { command: 's' } }
    expect(extended({ controls }, { controls: { reload: { env: { B: '3' } } } })).toEqual({
      controls: { reload: { command: 'x', env: { A: '1', B: '3' } }, status: { command: 's' } },
    })
  })

  it('takes a key away by null, and nothing by undefined', () => {
    const base = { summary: 's', ready: { path: '/', timeoutSeconds: 5 } }
    expect(extended(base, { summary: null, ready: { timeoutSeconds: null }, controls: null })).toEqual({
      ready: { path: '/' },
    })
    expect(extended(base, { summary: undefined })).toEqual(base)
  })

  it('replaces a list, whose entries start from the base’s of the same name', () => {
    const base = {
      promises: ['a', 'b'],
      processes: [
        { name: 'web', command: 'node', args: ['a', 'b'] },
        { name: 'queue', command: 'node' },
      ],
    }
    const own = { promises: ['c'], processes: [{ name: 'new' }, { name: 'web', args: ['c'] }] }
    expect(extended(base, own)).toEqual({
      promises: ['c'],
      processes: [{ name: 'new' }, { name: 'web', command: 'node', args: ['c'] }],
    })
  })

  it('may extend one that extends another itself, and leaves both as they are', () => {
    const levels = [
      { number: 2, name: 'c', extends: 'b', z: 3 },
      { number: 1, name: 'b', extends: '0', y: { b: 2 } },
      { number: 0, name: 'a', x: 1, y: { a: 1 } },
    ]
    const before = JSON.stringify(levels)
    expect(extendLevels(levels).map(({ level, base }) => [level, base])).toEqual([
      [{ number: 2, name: 'c', x: 1, y: { a: 1, b: 2 }, z: 3 }, 1],
      [{ number: 1, name: 'b', x: 1, y: { a: 1, b: 2 } }, 2],
      [{ number: 0, name: 'a', x: 1, y: { a: 1 } }, null],
    ])
    expect(JSON.stringify(levels)).toBe(before)
  })
})
