import { describe, expect, it } from 'vitest'
import { findCycle, type Import, importsOf, roomOf } from '../helpers/import-graph.js'

/**
 * Who may import whom. `runner` may import only the interface files of `launch`, `engine` and `observe`; a file name
 * behind the room says so. An allowance that nothing uses fails too: the table tells what is, not what might be.
 */
const ALLOWED: Record<string, readonly string[]> = {
  words: [],
  markup: [],
  model: ['words'],
  stats: ['model'],
  config: ['words', 'model'],
  catalog: ['words', 'model', 'config'],
  services: ['words', 'model'],
  launch: ['words', 'model', 'services'],
  arms: ['words', 'model', 'services'],
  engine: ['words', 'model', 'stats'],
  observe: ['words', 'model'],
  runner: [
    'words',
    'model',
    'stats',
    'gate',
    'ladder',
    'launch/launcher',
    'engine/engine',
    'engine/duet/duet',
    'observe/observer',
  ],
  calibrate: ['words', 'model', 'stats', 'engine/engine', 'engine/process/still-process'],
  gate: ['words', 'model', 'stats'],
  ladder: ['model', 'stats'],
  report: ['words', 'markup', 'model', 'stats', 'gate', 'ladder'],
  deploy: ['words'],
  cli: [
    'words',
    'markup',
    'model',
    'stats',
    'config',
    'catalog',
    'arms',
    'gate',
    'ladder',
    'services',
    'launch',
    'engine',
    'observe',
    'runner',
    'calibrate',
    'report',
    'deploy',
  ],
  app: [],
  levels: ['model/define'],
  scenarios: ['model/define'],
}

function allows(allowance: string, to: string): boolean {
  return allowance === roomOf(to) || `src/${allowance}.ts` === to
}

function violations(imports: readonly Import[]): string[] {
  return imports
    .filter(({ from, to }) => roomOf(from) !== roomOf(to) || folderOf(from) !== folderOf(to))
    .filter(({ from, to }) => {
      if (roomOf(from) === roomOf(to)) return roomOf(from) === 'levels'
      return !(ALLOWED[roomOf(from)] ?? []).some((allowance) => allows(allowance, to))
    })
    .map(({ from, to }) => `${from} imports ${to}`)
}

/** Levels must not import each other, although they share a room. */
function folderOf(file: string): string {
  return file.startsWith('levels/') ? file.split('/').slice(0, 2).join('/') : roomOf(file)
}

const imports = importsOf(process.cwd(), ['src', 'levels', 'scenarios'])

describe('the arrow table', () => {
  it('knows every room', () => {
    const rooms = new Set(imports.flatMap(({ from, to }) => [roomOf(from), roomOf(to)]))
    expect([...rooms].filter((room) => !(room in ALLOWED))).toEqual([])
  })

  it('finds no import that it does not allow', () => {
    expect(violations(imports)).toEqual([])
  })

  it('holds no allowance that nothing uses', () => {
    const unused = Object.entries(ALLOWED).flatMap(([room, allowances]) =>
      allowances
        .filter(
          (a) =>
            !imports.some(({ from, to }) => roomOf(from) === room && roomOf(to) !== room && allows(a, to)),
        )
        .map((allowance) => `${room} → ${allowance}`),
    )
    expect(unused).toEqual([])
  })

  it('leaves no cycle among folders, nor among files', () => {
    expect(findCycle(imports.map(({ from, to }) => [roomOf(from), roomOf(to)] as const))).toBeNull()
    expect(findCycle(imports.map(({ from, to }) => [from, to] as const))).toBeNull()
  })
})

describe('its checks', () => {
  it('catch a forbidden import, a level that imports a level, and a reach past an interface', () => {
    expect(
      violations([
        { from: 'src/report/site/html.ts', to: 'src/launch/lease/lease.ts' },
        { from: 'levels/2-supervised/level.ts', to: 'levels/1-cluster/level.ts' },
        { from: 'src/runner/studies/run-plan.ts', to: 'src/launch/lease/lease.ts' },
        { from: 'src/runner/studies/run-plan.ts', to: 'src/launch/launcher.ts' },
        { from: 'src/app/server.ts', to: 'src/words/errors.ts' },
      ]),
    ).toEqual([
      'src/report/site/html.ts imports src/launch/lease/lease.ts',
      'levels/2-supervised/level.ts imports levels/1-cluster/level.ts',
      'src/runner/studies/run-plan.ts imports src/launch/lease/lease.ts',
      'src/app/server.ts imports src/words/errors.ts',
    ])
  })

  it('find a cycle', () => {
    expect(
      findCycle([
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ]),
    ).toEqual(['a', 'b', 'c', 'a'])
    expect(
      findCycle([
        ['a', 'b'],
        ['a', 'c'],
        ['b', 'c'],
      ]),
    ).toBeNull()
  })
})
