import { describe, expect, it } from 'vitest'
import { findCycle, type Import, importsOf, roomOf } from '../helpers/import-graph.js'

/**
 * Which room may import which. `runner` may import only the interface files of `launch`, `engine` and `observe`; a file name
 * behind the room says so. An allowance that nothing uses fails too: the table tells what is, not what might be.
 */
const ALLOWED: Record<string, readonly string[]> = {
  words: [],
  markup: ['words'],
  model: ['words'],
  stats: ['words', 'model'],
  records: ['words', 'model', 'stats'],
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
  calibrate: [
    'words',
    'model',
    'stats',
    'engine/engine',
    'engine/process/still-process',
    'runner/studies/conduct',
  ],
  figures: ['words', 'model', 'stats'],
  gate: ['words', 'model', 'stats'],
  ladder: ['words', 'model', 'stats', 'figures'],
  report: ['words', 'markup', 'model', 'stats', 'records', 'figures', 'gate', 'ladder'],
  deploy: ['words'],
  cli: [
    'words',
    'markup',
    'model',
    'stats',
    'records',
    'config',
    'catalog',
    'arms',
    'figures',
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

/**
 * Which folder of a room may import which other of the same room, lowest first; `.` is what lies in no folder. A room
 * without folders is not named.
 */
const INSIDE: Record<string, Readonly<Record<string, readonly string[]>>> = {
  model: {
    data: [],
    schema: [],
    plan: ['data', 'schema'],
    run: ['schema', 'plan'],
    studies: ['schema', 'plan', 'run'],
    '.': ['plan', 'studies'],
  },
  stats: {
    estimate: [],
    load: ['estimate'],
    validity: ['estimate'],
  },
  config: {
    file: [],
    '.': ['file'],
    commands: ['.'],
  },
  services: {
    support: [],
    nginx: ['support'],
    postgres: ['support'],
    containers: ['support', 'postgres'],
    redis: ['support', 'postgres'],
    '.': ['nginx', 'postgres', 'containers', 'redis'],
  },
  launch: {
    machine: [],
    lease: ['machine'],
    '.': ['machine', 'lease'],
  },
  engine: {
    '.': [],
    steps: [],
    tally: ['steps'],
    connection: ['steps', 'tally'],
    process: ['.', 'steps', 'tally', 'connection'],
    closed: ['.', 'steps', 'tally', 'connection', 'process'],
    open: ['.', 'steps', 'tally', 'connection', 'process'],
    duet: ['.', 'tally', 'process', 'closed', 'open'],
  },
  runner: {
    cell: [],
    blocks: ['cell'],
    studies: ['cell', 'blocks'],
  },
  report: {
    calibration: [],
    compare: [],
    findings: [],
    render: [],
    charts: ['findings'],
    gate: ['render'],
    run: ['findings', 'render'],
    search: [],
    exports: ['findings', 'charts'],
    history: ['gate'],
    page: ['findings', 'charts'],
    ladder: ['render', 'charts', 'page'],
    site: ['calibration', 'findings', 'render', 'charts', 'gate', 'search', 'page', 'ladder'],
  },
  cli: {
    shell: [],
    terminal: [],
    live: ['terminal'],
    plan: ['terminal'],
    world: ['terminal', 'live', 'plan'],
    gate: ['terminal', 'plan', 'world'],
    commands: ['shell', 'terminal', 'plan', 'world', 'gate'],
    grammar: ['shell', 'terminal', 'plan', 'world', 'commands'],
    '.': ['terminal', 'grammar'],
  },
  app: {
    support: [],
    data: ['support'],
    tasks: ['support'],
    routes: ['support', 'tasks'],
    '.': ['support', 'data', 'tasks', 'routes'],
  },
}

function allows(allowance: string, to: string): boolean {
  return allowance === roomOf(to) || `src/${allowance}.ts` === to
}

function violations(imports: readonly Import[]): string[] {
  return imports
    .filter(({ from, to }) => folderOf(from) !== folderOf(to) && !isShared(to))
    .filter(({ from, to }) => {
      const room = roomOf(from)
      if (room !== roomOf(to)) return !(ALLOWED[room] ?? []).some((allowance) => allows(allowance, to))
      return !INSIDE[room]?.[withinRoom(from)]?.includes(withinRoom(to))
    })
    .map(({ from, to }) => `${from} imports ${to}`)
}

/** `src/report/page/html-slo.ts` lies in `report/page`. Levels must not import each other: each is a folder. */
function folderOf(file: string): string {
  if (file.startsWith('levels/')) return file.split('/').slice(0, 2).join('/')
  return `${roomOf(file)}/${withinRoom(file)}`
}

/** What the levels have in common lies beside their folders. */
function isShared(file: string): boolean {
  return /^levels\/[^/]+\.ts$/.test(file)
}

function withinRoom(file: string): string {
  const [, , folder, ...rest] = file.split('/')
  return file.startsWith('src/') && rest.length > 0 && folder !== undefined ? folder : '.'
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

  it('knows every folder of a room that has some', () => {
    const sources = imports.map(({ from }) => from).filter((file) => file.startsWith('src/'))
    const found = [...new Set(sources.map(folderOf))].filter((folder) => !folder.endsWith('/.'))
    const known = Object.entries(INSIDE).flatMap(([room, folders]) =>
      Object.keys(folders)
        .filter((folder) => folder !== '.')
        .map((folder) => `${room}/${folder}`),
    )
    expect(found.filter((folder) => !known.includes(folder))).toEqual([])
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
    const unusedInside = Object.entries(INSIDE).flatMap(([room, folders]) =>
      Object.entries(folders).flatMap(([folder, allowances]) =>
        allowances
          .filter(
            (to) =>
              !imports.some(
                (each) =>
                  folderOf(each.from) === `${room}/${folder}` && folderOf(each.to) === `${room}/${to}`,
              ),
          )
          .map((to) => `${room}/${folder} → ${to}`),
      ),
    )
    expect([...unused, ...unusedInside]).toEqual([])
  })

  it('leaves no cycle among rooms, nor among folders, nor among files', () => {
    expect(findCycle(imports.map(({ from, to }) => [roomOf(from), roomOf(to)] as const))).toBeNull()
    expect(findCycle(imports.map(({ from, to }) => [folderOf(from), folderOf(to)] as const))).toBeNull()
    expect(findCycle(imports.map(({ from, to }) => [from, to] as const))).toBeNull()
  })
})

describe('its checks', () => {
  it('catch a forbidden import, a level that imports a level, and a reach past an interface', () => {
    expect(
      violations([
        { from: 'src/report/site/html.ts', to: 'src/launch/lease/lease.ts' },
        { from: 'levels/2-supervised/level.ts', to: 'levels/1-cluster/level.ts' },
        { from: 'levels/2-supervised/level.ts', to: 'levels/parts.ts' },
        { from: 'levels/parts.ts', to: 'levels/1-cluster/claims.ts' },
        { from: 'src/runner/studies/run-plan.ts', to: 'src/launch/lease/lease.ts' },
        { from: 'src/runner/studies/run-plan.ts', to: 'src/launch/launcher.ts' },
        { from: 'src/app/server.ts', to: 'src/words/errors.ts' },
        { from: 'src/report/findings/limits.ts', to: 'src/report/page/html-ladder.ts' },
        { from: 'src/report/page/html-ladder.ts', to: 'src/report/findings/limits.ts' },
      ]),
    ).toEqual([
      'src/report/site/html.ts imports src/launch/lease/lease.ts',
      'levels/2-supervised/level.ts imports levels/1-cluster/level.ts',
      'levels/parts.ts imports levels/1-cluster/claims.ts',
      'src/runner/studies/run-plan.ts imports src/launch/lease/lease.ts',
      'src/app/server.ts imports src/words/errors.ts',
      'src/report/findings/limits.ts imports src/report/page/html-ladder.ts',
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
