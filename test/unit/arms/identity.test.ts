import { describe, expect, it } from 'vitest'
import type { Fingerprint } from '../../../src/arms/fingerprint.js'
import { type Comparing, identityOf } from '../../../src/arms/identity.js'

type Files = Readonly<Record<string, string | Fingerprint>>

function side(files: Files, within = '') {
  const prints = Object.entries(files).map(([path, print]): [string, Fingerprint] => [
    path,
    typeof print === 'string' ? { raw: print, placed: print } : print,
  ])
  return { prints: new Map(prints), within }
}

function compare(base: Files, head: Files, changes: Partial<Comparing> = {}) {
  return identityOf({
    base: side(base),
    head: side(head),
    artefacts: null,
    isIgnored: (path) => path === 'README.md',
    declared: { by: 'the head', config: 'rungs.config.json', files: ['load/users.csv'] },
    ignoredByGit: [],
    ...changes,
  })
}

describe('identityOf', () => {
  it('is the same where every file is, and not where one differs, is new or is gone', () => {
    expect(compare({ a: '1' }, { a: '1' })).toEqual({
      same: true,
      artefacts: null,
      differing: { count: 0, sample: [] },
      leftOut: { count: 0, sample: [] },
      notes: [],
    })
    expect(compare({ a: '1' }, { a: '2' })).toMatchObject({
      same: false,
      differing: { count: 1, sample: ['a'] },
    })
    expect(compare({}, { a: '2' }).differing.sample).toEqual(['a (head only)'])
    expect(compare({ a: '1' }, {}).differing.sample).toEqual(['a (base only)'])
  })

  it('takes files for equal that agree in their bytes, or but for the place of their tree', () => {
    const base = { raw: 'at base', placed: 'at PLACE' }
    expect(compare({ a: base }, { a: { raw: 'at head', placed: 'at PLACE' } }).same).toBe(true)
    expect(compare({ a: base }, { a: { raw: 'at base', placed: 'other' } }).same).toBe(true)
    expect(compare({ a: base }, { a: { raw: 'at PLACE', placed: 'at base' } }).same).toBe(false)
  })

  it('lists what was left out only where it differs, and nothing of it counts', () => {
    const identity = compare({ a: '1', 'README.md': '1' }, { a: '1', 'README.md': '2' })
    expect(identity).toMatchObject({ same: true, leftOut: { count: 1, sample: ['README.md'] } })
    expect(compare({ 'README.md': '1' }, { 'README.md': '1' }).leftOut.count).toBe(0)
  })

  it('tells a folder that one side lacks as one, what is installed last, and ten at most', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`new/deep/${i}`, '']))
    const { differing } = compare(
      { 'node_modules/a/x.js': '1', z: '1', 'new.js': '' },
      { 'node_modules/a/x.js': '2', z: '2', 'new.js': '', ...many },
    )
    expect(differing).toEqual({ count: 3, sample: ['new/ (head only)', 'z', 'node_modules/a/x.js'] })
    const flat = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`file${i}`, '']))
    expect(compare({}, flat).differing).toMatchObject({ count: 40, sample: { length: 10 } })
  })

  it('says that a declaration is the head’s for both, whether that counts or not', () => {
    const config = { 'rungs.config.json': '1', 'load/users.csv': '1' }
    const declaration = compare(config, { ...config, 'rungs.config.json': '2' })
    expect(declaration).toMatchObject({
      same: true,
      notes: [
        "rungs.config.json differs from the base's: level and scenarios come from the head for both, so that change is not compared",
      ],
    })
    // The service may read it too.
    const data = compare(config, { ...config, 'load/users.csv': '2' })
    expect(data.same).toBe(false)
    expect(data.notes[0]).toMatch(/^load\/users\.csv differs from the base's: level and scenarios/)
    expect(compare({}, { 'rungs.config.json': '1' }).notes[0]).toMatch(
      /^rungs.config.json is not in the base:/,
    )
  })

  it('names what git ignores and only the head has', () => {
    const head = { '.env': '1', 'coverage/a': '', 'coverage/b': '', new: '', 'd/e.log': '', 'd/f': '' }
    const { same, notes } = compare({ 'd/f': '' }, head, { ignoredByGit: ['.env', 'coverage/', 'd/e.log'] })
    expect(same).toBe(false)
    expect(notes).toEqual([
      'the head has 3 files or folders that git ignores and the base lacks: .env, coverage/, d/e.log; name them in gate.carry where the service reads them',
    ])
    const ignoredByGit = ['.1', '.2', '.3', '.4', '.5', '.6']
    const many = Object.fromEntries(ignoredByGit.map((name) => [name, '']))
    expect(compare({}, many, { ignoredByGit }).notes[0]).toMatch(/: \.1, \.2, \.3, \.4 and 2 more; /)
  })

  it('names packages that only the head has where no lock file tells of them', () => {
    const ignored = { ignoredByGit: ['node_modules/'] }
    const packages = { 'node_modules/a/x': '1', 'node_modules/b/x': '1', 'package-lock.json': '1' }
    const { 'node_modules/b/x': _, ...base } = packages
    expect(compare(base, packages, ignored).notes[0]).toContain('node_modules/b/')
    const bumped = { ...packages, 'package-lock.json': '2' }
    expect(compare(base, bumped, ignored)).toMatchObject({ same: false, notes: [] })
  })

  it('goes by artefacts alone where they are named', () => {
    const whole = { artefacts: ['rungs.config.json', 'README.md'] }
    expect(compare({ 'README.md': '1' }, { 'README.md': '2' }, whole)).toMatchObject({
      same: false,
      artefacts: whole.artefacts,
      differing: { sample: ['README.md'] },
      notes: [],
    })
    expect(compare({ 'rungs.config.json': '1' }, { 'rungs.config.json': '2' }, whole).same).toBe(false)
  })

  it('never takes projects in different folders for the same', () => {
    const changes = { base: side({ 'a/x': '' }, 'a/'), head: side({ 'a/x': '' }, 'b/') }
    expect(compare({}, {}, changes).differing).toEqual({
      count: 1,
      sample: ["the project's folder: a/ in base, b/ in head"],
    })
  })
})
