import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execaSync } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findOrigin } from '../../../src/arms/arm-origin.js'
import type { BuildIo } from '../../../src/arms/build-arm.js'
import { findLockFile } from '../../../src/arms/lock-file.js'
import { prepareArm } from '../../../src/arms/prepare-arm.js'
import { type OpenLease, openLease } from '../../../src/launch/lease/lease.js'
import { lackOfProgram, needs } from '../../helpers/needs.js'

let root = ''
let repository = ''
let project = ''
let lease: OpenLease
let commands: string[] = []
let notes: string[] = []
let warnings: string[] = []

const git = (...args: string[]) =>
  execaSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: repository })
    .stdout

function write(path: string, content: string | object): void {
  const file = join(repository, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
}

function commit(): void {
  git('add', '-A')
  git('commit', '-qm', 'a version')
}

const io = (): BuildIo => ({
  lease,
  signal: new AbortController().signal,
  env: { ...process.env, RUNGS_CACHE_DIR: join(root, 'cache') },
  logDir: join(root, 'logs'),
  onCommand: (command) => commands.push(command),
  onNote: (text) => notes.push(text),
  onWarning: (text) => warnings.push(text),
})

const prepare = async (side: 'base' | 'head', build: string[] | null = null) => {
  const origin = await findOrigin(`--${side}`, side === 'base' ? 'main' : '.', project)
  return await prepareArm(side, origin, { build }, io())
}

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'rungs-installs-')))
  repository = join(root, 'repository')
  project = join(repository, 'apps/api')
  mkdirSync(project, { recursive: true })
  commands = []
  notes = []
  warnings = []
  git('init', '-q', '-b', 'main')
  write('.gitignore', 'node_modules\n')
  lease = await openLease({ env: process.env, stateDir: join(root, 'state') })
})

afterEach(async () => {
  await lease.release()
  rmSync(root, { recursive: true, force: true })
})

/** A workspace of npm, whose only package from elsewhere comes from a folder: nothing needs the network. */
function npmWorkspace(): void {
  write('package.json', { name: 'root', private: true, workspaces: ['apps/*', 'packages/*'] })
  write('packages/lib/package.json', { name: 'lib', version: '1.0.0' })
  write('apps/api/package.json', {
    name: 'api',
    version: '1.0.0',
    dependencies: { lib: '1.0.0', from: 'file:../../from' },
    scripts: { build: 'node -e "require(\'lib/package.json\')" > built' },
  })
  write('from/package.json', { name: 'from', version: '2.0.0' })
  execaSync('npm', ['install', '--no-audit', '--no-fund', '--offline'], { cwd: repository })
  commit()
}

/** A project whose lock file names packages of a registry; what is installed is written by hand. */
function npmProject(installed: Record<string, string>): void {
  project = repository
  write('package.json', { name: 'x', version: '1.0.0', dependencies: { ms: '^2.0.0' } })
  const packages = {
    '': { name: 'x', dependencies: { ms: '^2.0.0' } },
    'node_modules/debug': { version: '4.0.0', integrity: 'sha512-d' },
    'node_modules/debug/node_modules/ms': { version: '2.0.0', integrity: 'sha512-a' },
    'node_modules/fsevents': { version: '2.3.3', optional: true, os: ['darwin'] },
    'node_modules/ms': { version: '2.1.3', integrity: 'sha512-b' },
    'node_modules/vitest': { version: '1.0.0', dev: true },
  }
  write('package-lock.json', { name: 'x', lockfileVersion: 3, requires: true, packages })
  commit()
  for (const [key, version] of Object.entries(installed))
    write(`node_modules/${key}/package.json`, { version })
}

const ALL = { debug: '4.0.0', 'debug/node_modules/ms': '2.0.0', ms: '2.1.3', vitest: '1.0.0' }

describe('a project in a workspace', () => {
  it('is installed where the lock file lies and built where it is itself, and the head is left as it is', async () => {
    npmWorkspace()
    const install = 'cd ../.. && npm ci --no-audit --no-fund'
    const base = await prepare('base')
    expect(base.builtBy).toEqual([install, 'npm run build'])
    expect(existsSync(join(base.dir ?? '', 'built'))).toBe(true)
    expect((await prepare('head')).builtBy).toEqual(['npm run build'])
    rmSync(join(repository, 'node_modules'), { recursive: true })
    expect((await prepare('head')).builtBy).toEqual([install, 'npm run build'])
    expect(notes).toEqual([`head: there is no node_modules yet: installing with ${install}`])
    expect(git('status', '--porcelain')).toBe('?? apps/api/built')
  })

  it.each([
    ['npm', 'package-lock.json', '{"packages":{"":{},"apps/api":{}}}', ''],
    ['pnpm', 'pnpm-lock.yaml', 'importers:\n\n  .: {}\n\n  apps/api:\n    dependencies:\n', ''],
    ['yarn', 'yarn.lock', '# yarn lockfile v1\n', '"workspaces":["apps/*"]'],
    ['yarn', 'yarn.lock', '# yarn lockfile v1\n', '"workspaces":{"packages":["**/api"]}'],
    ['yarn-berry', 'yarn.lock', '__metadata:\n  version: 8\n', '"workspaces":["./apps/api"]'],
    ['yarn-berry', 'yarn.lock', '', '"workspaces":["apps/*"],"packageManager":"yarn@4.1.0"'],
    ['bun', 'bun.lockb', '\u0000', '"workspaces":["apps/*"]'],
  ])('knows the lock file of %s further up: %s', (manager, name, lock, manifest) => {
    write('package.json', `{${manifest}}`)
    write(name, lock)
    expect(findLockFile(project, repository)).toEqual({ manager, name, dir: repository, up: '../..' })
    // A stranger's: the folder is no part of that workspace.
    mkdirSync(join(repository, 'other'))
    expect(findLockFile(join(repository, 'other'), repository)).toBeNull()
  })

  it('goes by packageManager where there are several lock files, and by the nearest folder', () => {
    write('package.json', '{"packageManager":"pnpm@9.0.0","workspaces":["apps/*"]}')
    write('package-lock.json', '{"packages":{"apps/api":{}}}')
    write('pnpm-lock.yaml', 'importers:\n  apps/api:\n')
    expect(findLockFile(project, repository)).toMatchObject({ manager: 'pnpm' })
    write('apps/api/yarn.lock', '')
    expect(findLockFile(project, repository)).toMatchObject({ manager: 'yarn', up: '' })
  })
})

describe("a head whose packages are not its lock file's", () => {
  it.each([
    [{ ...ALL, ms: '2.0.0' }, 'node_modules has ms 2.0.0, package-lock.json says 2.1.3: run npm ci first'],
    [
      { ...ALL, ms: '2.0.0', 'debug/node_modules/ms': '1.0.0' },
      'node_modules has ms 2.0.0, package-lock.json says 2.1.3 (and 1 more): run npm ci first',
    ],
    [
      { ms: '2.1.3' },
      'node_modules lacks debug, package-lock.json says 4.0.0 (and 1 more): run npm ci first',
    ],
  ])('is refused: %j', async (installed, problem) => {
    npmProject(installed)
    const error = await prepare('head').catch((error) => error)
    expect(error).toMatchObject({ problems: [`head: ${problem}`], exitCode: 2 })
    expect(commands).toEqual([])
  })

  it('is refused where the lock file was not made for package.json', async () => {
    npmProject(ALL)
    write('package.json', { name: 'x', version: '1.0.0', dependencies: { ms: '^3.0.0' } })
    await expect(prepare('head')).rejects.toThrow(
      'head: package.json asks for ms ^3.0.0, package-lock.json was made for ^2.0.0: run npm install first',
    )
  })

  it('is refused where the same version came from elsewhere', async () => {
    npmProject(ALL)
    write('node_modules/.package-lock.json', {
      packages: { 'node_modules/ms': { version: '2.1.3', integrity: 'sha512-other' } },
    })
    await expect(prepare('head')).rejects.toThrow('node_modules has ms 2.1.3 of another source')
  })

  it.each([
    ['all is there', ALL],
    ['those for development are left out', { ...ALL, vitest: undefined }],
  ])('is taken where %s, without those for another system', async (_, installed) => {
    npmProject(JSON.parse(JSON.stringify(installed)))
    expect((await prepare('head')).builtBy).toEqual([])
    expect([...notes, ...warnings]).toEqual([])
  })

  it('is the word of gate.build, and a warning where it is so after that too', async () => {
    npmProject({ ...ALL, ms: '2.0.0' })
    await prepare('head', ['true'])
    expect(warnings).toEqual([
      'head: node_modules has ms 2.0.0, package-lock.json says 2.1.3, also after gate.build: let it install, or run npm ci',
    ])
    await prepare('head', [`echo '{"version":"2.1.3"}' > node_modules/ms/package.json`])
    expect(warnings).toHaveLength(1)
  })

  it('gets a note where nothing tells', async () => {
    project = repository
    write('package.json', { dependencies: { ms: '^2.0.0' } })
    write('bun.lockb', '\u0000')
    write('node_modules/ms/package.json', { version: '2.0.0' })
    await prepare('head')
    expect(notes).toEqual([
      'head: nothing tells whether node_modules is what bun.lockb says: bun install --frozen-lockfile makes sure',
    ])
  })

  it('is refused, not installed, where there is neither lock file nor node_modules', async () => {
    project = repository
    write('package.json', { dependencies: { ms: '^2.0.0' } })
    commit()
    await expect(prepare('head')).rejects.toThrow(
      /has neither node_modules nor a lock file: run npm install first/,
    )
    expect(git('status', '--porcelain')).toBe('')
  })

  it.each([
    [
      'pnpm-lock.yaml',
      "lockfileVersion: '9.0'\npackages:\n\n  ms@2.1.3:\n    resolution: {}\n",
      '.pnpm/lock.yaml',
      "lockfileVersion: '9.0'\npackages:\n\n  ms@2.0.0:\n    resolution: {}\n",
      'run pnpm install --frozen-lockfile first',
    ],
    [
      'yarn.lock',
      '# yarn lockfile v1\n\nms@^2.0.0:\n  version "2.1.3"\n  resolved "https://r/ms-2.1.3.tgz#b"\n',
      '.yarn-integrity',
      '{"lockfileEntries":{"ms@^2.0.0":"https://r/ms-2.0.0.tgz#a"}}',
      'run yarn install --frozen-lockfile first',
    ],
    [
      'yarn.lock',
      '__metadata:\n  version: 8\n\n"ms@npm:^2.0.0":\n  version: 2.1.3\n  resolution: "ms@npm:2.1.3"\n',
      '.yarn-state.yml',
      '__metadata:\n  version: 1\n\n"ms@npm:2.0.0":\n  locations:\n    - "node_modules/ms"\n',
      'run yarn install --immutable first',
    ],
    [
      'bun.lock',
      '{\n  "packages": {\n    "ms": ["ms@2.1.3", "", {}, "sha512-x"],\n  }\n}\n',
      'ms/package.json',
      '{"version":"2.0.0"}',
      'run bun install --frozen-lockfile first',
    ],
  ])('is refused by %s', async (name, lock, file, installed, remedy) => {
    project = repository
    write('package.json', { dependencies: { ms: '^2.0.0' } })
    write(name, lock)
    write(`node_modules/${file}`, installed)
    await expect(prepare('head')).rejects.toThrow(
      `head: node_modules has ms 2.0.0, ${name} says 2.1.3: ${remedy}`,
    )
    write(`node_modules/${file}`, installed.replaceAll('2.0.0', '2.1.3').replace('#a', '#b'))
    expect((await prepare('head')).builtBy).toEqual([])
    expect(readFileSync(join(repository, name), 'utf8')).toBe(lock)
  })
})

describe('with the real', () => {
  it('pnpm', needs(lackOfProgram('pnpm', ['--version'])), async () => {
    write('package.json', { name: 'root', private: true })
    write('pnpm-workspace.yaml', 'packages:\n  - apps/*\n  - packages/*\n')
    write('packages/lib/package.json', { name: 'lib', version: '1.0.0' })
    write('apps/api/package.json', { name: 'api', version: '1.0.0', dependencies: { lib: 'workspace:*' } })
    execaSync('pnpm', ['install', '--offline'], { cwd: repository })
    commit()
    const base = await prepare('base')
    expect(base.builtBy).toEqual(['cd ../.. && pnpm install --frozen-lockfile'])
    expect(existsSync(join(base.dir ?? '', 'node_modules/lib/package.json'))).toBe(true)
    expect((await prepare('head')).builtBy).toEqual([])
    expect(git('status', '--porcelain')).toBe('')
  })

  it('yarn', needs(lackOfProgram('yarn', ['--version'])), async () => {
    write('package.json', { name: 'root', private: true, workspaces: ['apps/*', 'packages/*'] })
    write('packages/lib/package.json', { name: 'lib', version: '1.0.0' })
    write('apps/api/package.json', { name: 'api', version: '1.0.0', dependencies: { lib: '1.0.0' } })
    execaSync('yarn', ['install', '--offline'], { cwd: repository })
    commit()
    const base = await prepare('base')
    expect(base.builtBy).toEqual(['cd ../.. && yarn install --frozen-lockfile'])
    expect((await prepare('head')).builtBy).toEqual([])
    expect(git('status', '--porcelain')).toBe('')
  })
})
