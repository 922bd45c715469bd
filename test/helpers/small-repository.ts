import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execaSync } from 'execa'

/** A small project in a git repository, as somebody has it on his disk: committed on `main`, and built. */
export interface SmallRepository {
  readonly kind: ProjectKind
  readonly root: string
  /** The project's folder. */
  readonly project: string
  /** Commands of the project's build; null: what rungs finds out. */
  readonly build: string[] | null
}

/** Installs as the package managers do, without a registry; what has a date in it differs each time. */
const INSTALL_PNPM = `mkdir -p node_modules/.pnpm/dep@1.0.0/node_modules/dep node_modules/.bin
echo 'module.exports = 1' > node_modules/.pnpm/dep@1.0.0/node_modules/dep/index.js
ln -sfn .pnpm/dep@1.0.0/node_modules/dep node_modules/dep
echo "prunedAt: $(date +%s%N)" > node_modules/.modules.yaml
printf '#!/bin/sh\\nNODE_PATH="%s/node_modules"\\nexec node\\n' "$(pwd -P)" > node_modules/.bin/dep
chmod +x node_modules/.bin/dep
mkdir -p apps/api/node_modules/@acme && ln -sfn ../../../../packages/lib apps/api/node_modules/@acme/lib`
const INSTALL_YARN = `mkdir -p node_modules/@acme node_modules/dep
echo 'module.exports = 1' > node_modules/dep/index.js
echo "$(date +%s%N)" > node_modules/.yarn-integrity
ln -sfn ../../packages/lib node_modules/@acme/lib`
const INSTALL_NPM = `mkdir -p node_modules/@acme node_modules/dep
echo 'module.exports = 1' > node_modules/dep/index.js
echo "{\\"at\\": $(date +%s%N)}" > node_modules/.package-lock.json
ln -sfn "$(pwd -P)/packages/lib" node_modules/@acme/lib`
const inRoot = (script: string): string => `(cd ../.. && ${script.replaceAll('\n', ' && ')})`

const PROJECTS = {
  plain: { lock: 'requirements.txt', within: '', build: null },
  python: { lock: 'requirements.txt', within: '', build: [] },
  npm: { lock: 'package-lock.json', within: '', build: [] },
  'npm with build': {
    lock: 'package-lock.json',
    within: '',
    build: ['mkdir -p dist && cp page.html server.mjs dist/'],
  },
  go: { lock: 'go.sum', within: '', build: ['cat server.mjs config/app.json > server && chmod +x server'] },
  'npm workspaces': { lock: 'package-lock.json', within: 'apps/api/', build: [inRoot(INSTALL_NPM)] },
  'pnpm workspaces': { lock: 'pnpm-lock.yaml', within: 'apps/api/', build: [inRoot(INSTALL_PNPM)] },
  'yarn workspaces': {
    lock: 'yarn.lock',
    within: 'apps/api/',
    build: [inRoot(INSTALL_YARN), 'mkdir -p dist && cp server.mjs dist/'],
  },
} as const

export type ProjectKind = keyof typeof PROJECTS
export const PROJECT_KINDS = Object.keys(PROJECTS) as ProjectKind[]
const WORKSPACES: readonly ProjectKind[] = ['npm workspaces', 'pnpm workspaces', 'yarn workspaces']

/** What git ignores here; `reports/` is not among it, since code may lie there. */
const IGNORED = 'dist\nnode_modules\nserver\n.env\n__pycache__\ncoverage\nreports/20*\n'

/** @param folder is made; the repository and what it refers to lie in it */
export function smallRepository(kind: ProjectKind, folder: string): SmallRepository {
  const { lock } = PROJECTS[kind]
  const repository = repositoryAt(kind, folder)
  const { root } = repository
  const files = {
    'server.mjs': 'serve()',
    'page.html': '<p>',
    'config/app.json': '{}',
    'migrations/1.sql': 'create',
    'reports/views.py': 'def view(): pass',
    'README.md': 'read me',
    'rungs.config.json': '{}',
    'run.sh': 'true',
  }
  for (const [name, text] of Object.entries(files)) write(join(repository.project, name), text)
  if (kind !== 'plain' && kind !== 'python') write(join(repository.project, 'package.json'), '{"name":"api"}')
  write(join(root, lock), 'dep 1.0.0')
  write(join(root, 'packages/lib/index.js'), 'export {}')
  write(join(root, '.gitignore'), IGNORED)
  git(root, 'init', '-q', '-b', 'main')
  commit(root)
  runBuild(repository)
  return repository
}

/** One that was made before, or copied to there. */
export function repositoryAt(kind: ProjectKind, folder: string): SmallRepository {
  const { within, build } = PROJECTS[kind]
  const root = join(folder, 'repository')
  return { kind, root, project: join(root, within), build: build === null ? null : [...build] }
}

/** A change of the head, and whether a process of it can tell. */
export interface Change {
  readonly reaches: boolean
  /** The kinds of project that it is possible in. */
  readonly kinds: readonly ProjectKind[]
  readonly make: (repository: SmallRepository, folder: string) => void
}

const anywhere = (reaches: boolean, make: Change['make']): Change => ({ reaches, kinds: PROJECT_KINDS, make })
const append = (name: string): Change['make'] => {
  return ({ project }) => appendFileSync(join(project, name), '\nchanged')
}
const create = (name: string): Change['make'] => {
  return ({ project }) => write(join(project, name), 'new')
}
const stamp = '2026-01-31T09-05-07-gate'

export const CHANGES: Readonly<Record<string, Change>> = {
  source: anywhere(true, append('server.mjs')),
  asset: anywhere(true, append('page.html')),
  config: anywhere(true, append('config/app.json')),
  migration: anywhere(true, create('migrations/2.sql')),
  'lock file': anywhere(true, ({ root, kind }) =>
    appendFileSync(join(root, PROJECTS[kind].lock), '\ndep 1.0.1'),
  ),
  submodule: anywhere(true, ({ root }, folder) => {
    const other = join(folder, 'other')
    write(join(other, 'index.js'), 'export {}')
    git(other, 'init', '-q', '-b', 'main')
    commit(other)
    git(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other, 'vendored')
  }),
  'sibling package': {
    reaches: true,
    kinds: WORKSPACES,
    make: ({ root }) => appendFileSync(join(root, 'packages/lib/index.js'), '\nslow()'),
  },
  'installed file': {
    reaches: true,
    kinds: WORKSPACES,
    make: ({ root }) => write(join(root, 'node_modules/dep/patched.js'), 'slow()'),
  },
  'ignored file': anywhere(true, create('.env')),
  'folder called reports': anywhere(true, append('reports/views.py')),
  'folder called docs': anywhere(true, create('docs/views.py')),
  'folder called test': anywhere(true, create('test/helper.js')),
  'removed file': anywhere(true, ({ project }) => rmSync(join(project, 'migrations/1.sql'))),
  'permission to execute': anywhere(true, ({ project }) => chmodSync(join(project, 'run.sh'), 0o755)),
  'link to outside': anywhere(true, ({ project }, folder) => {
    write(join(folder, 'beside/lib.js'), 'slow()')
    symlinkSync(join(folder, 'beside'), join(project, 'linked'))
  }),
  'lone compiled Python': anywhere(true, ({ project }) => compiled(project, 'gone')),
  nothing: anywhere(false, () => undefined),
  document: anywhere(false, append('README.md')),
  'settings of CI': anywhere(false, ({ root }) => write(join(root, '.github/workflows/ci.yml'), 'on: push')),
  'declaration for both': anywhere(false, append('rungs.config.json')),
  'time of a file': anywhere(false, ({ project }) => utimesSync(join(project, 'server.mjs'), 1, 1)),
  'results of rungs': anywhere(false, create(`reports/${stamp}/gate.json`)),
  'compiled Python beside its source': anywhere(false, ({ project }) => {
    write(join(project, 'reports/__pycache__/views.cpython-311.pyc'), pyc())
  }),
  'notes of the package manager': {
    reaches: false,
    kinds: WORKSPACES,
    make: ({ root }) => write(join(root, 'node_modules/.package-lock.json'), '{"other":1}'),
  },
}

function compiled(project: string, name: string): void {
  write(join(project, `__pycache__/${name}.cpython-311.pyc`), pyc())
}

function pyc(): Buffer {
  return Buffer.concat([Buffer.from([0xa7, 0x0d, 0x0d, 0x0a, 0, 0, 0, 0]), Buffer.alloc(8, 1)])
}

export function runBuild({ build, project }: SmallRepository): void {
  for (const command of build ?? []) execaSync('/bin/sh', ['-c', command], { cwd: project })
}

export function commit(root: string): void {
  git(root, 'add', '-A')
  git(root, 'commit', '-q', '--allow-empty', '-m', 'a version')
}

export function git(root: string, ...args: string[]): string {
  const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.org']
  return execaSync('git', [...who, ...args], { cwd: root }).stdout
}

export function write(file: string, content: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}
