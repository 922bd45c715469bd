import { describe, expect, it } from 'vitest'
import { backendsOf, levelOn } from '../../../../src/model/plan/backends.js'
import type { Level } from '../../../../src/model/plan/level.js'

const web = { name: 'web', role: 'web', command: 'node' } as const
const level: Level = {
  number: 9,
  name: 'two-ways',
  title: 'Two ways',
  services: ['postgres'],
  prepare: [{ command: 'migrate' }],
  processes: [web],
  promises: ['uses-all-cores'],
  ready: { path: '/ready' },
  backends: [
    {
      name: 'compose',
      services: ['containers'],
      brings: ['postgres'],
      processes: [{ ...web, command: 'compose' }],
    },
  ],
}

describe('levelOn', () => {
  it('gives the level itself, without its other ways, as native', () => {
    const { backends: _backends, ...own } = level
    expect(levelOn(level, 'native')).toEqual(own)
  })

  it('replaces every part, those that the backend does not name among them', () => {
    expect(levelOn(level, 'compose')).toEqual({
      number: 9,
      name: 'two-ways',
      title: 'Two ways',
      ready: { path: '/ready' },
      services: ['containers'],
      brings: ['postgres'],
      processes: [{ ...web, command: 'compose' }],
    })
  })

  it('knows which ways there are', () => {
    expect(backendsOf(level)).toEqual(['native', 'compose'])
    const { backends: _backends, ...own } = level
    expect(backendsOf(own)).toEqual(['native'])
    expect(levelOn(own, 'compose')).toBeNull()
  })
})
