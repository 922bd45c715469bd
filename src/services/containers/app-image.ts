import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type ContainerEngine, callEngine } from './engine.js'

/** The service, built, below the package's folder. */
const SERVICE = 'dist/src/app'
/** What packages bring beside what runs. */
const LEFT_OUT = ['test', 'tests', 'benchmarks', '*.map', '*.md', '*.d.ts', '*.d.mts', '*.d.cts']

export interface AppImageRequest {
  readonly tag: string
  /** The image that it is made from. */
  readonly base: string
  /** The folder of rungs' own package, built. */
  readonly packageDir: string
  /** Relative to it. */
  readonly dockerfile: string
  /** A value of the label `rungs.run`, by which every layer of the build is found again. */
  readonly run: string
  readonly tempDir: string
  readonly signal?: AbortSignal
}

/**
 * Builds the image of the reference service by its Dockerfile, from the build and the npm packages that lie here, so that
 * no registry is asked.
 * @throws Error with the builder's last line when it fails.
 */
export async function buildAppImage(engine: ContainerEngine, request: AppImageRequest): Promise<void> {
  const { packageDir, dockerfile, tag, base, run, signal } = request
  const archive = join(request.tempDir, `context-${run}.tar`)
  const call = signal ? { signal } : {}
  try {
    const { execa } = await import('execa')
    const own = ['-C', packageDir, 'package.json', dirname(dockerfile), SERVICE]
    const modules = serviceModules(packageDir).flatMap(({ root, name }) => [
      '-C',
      root,
      `node_modules/${name}`,
    ])
    const leftOut = LEFT_OUT.map((pattern) => `--exclude=${pattern}`)
    await execa(
      'tar',
      ['-cf', archive, ...leftOut, ...own, ...modules],
      signal ? { cancelSignal: signal } : {},
    )
    // Nothing is fetched: not even a network is needed.
    const args = [
      '--network',
      'none',
      '-f',
      dockerfile,
      '-t',
      tag,
      '--build-arg',
      `BASE=${base}`,
      '--build-arg',
      `RUN=${run}`,
    ]
    await callEngine(engine, ['build', '--force-rm', ...args, '-'], {
      ...call,
      inputFile: archive,
      timeoutMs: 300_000,
    })
  } finally {
    rmSync(archive, { force: true })
  }
}

/** Removes every image of the run that nothing uses, the untagged ones of the build among them. */
export async function removeImages(engine: ContainerEngine, run: string): Promise<void> {
  const filter = ['--filter', `label=rungs.run=${run}`]
  const ids = (await callEngine(engine, ['image', 'ls', '-q', ...filter])).split('\n').filter(Boolean)
  if (ids.length > 0) await callEngine(engine, ['image', 'rm', '-f', ...new Set(ids)])
  await callEngine(engine, ['image', 'prune', '-f', ...filter])
}

/** An npm package that the service may load: `node_modules/NAME` below `root`. */
interface InstalledModule {
  readonly root: string
  readonly name: string
}

/** The packages that the built service imports and all that those depend on; what lies below one comes with it. */
function serviceModules(packageDir: string): InstalledModule[] {
  const found = new Map<string, InstalledModule>()
  const visit = (name: string, from: string): void => {
    const module = lookUp(name, from)
    if (module === null) return
    const folder = join(module.root, 'node_modules', name)
    if (found.has(folder)) return
    found.set(folder, module)
    for (const dependency of dependenciesOf(folder)) visit(dependency, folder)
  }
  for (const name of importedPackages(join(packageDir, SERVICE))) visit(name, packageDir)
  const nested = ({ root }: InstalledModule) => root.slice(packageDir.length).includes('node_modules')
  return [...found.values()].filter((module) => !nested(module))
}

/** Names of packages that the modules of a folder import; those that Node brings are found nowhere, which does no harm. */
function importedPackages(folder: string): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.js'),
  )
  const names = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8')
    const specifiers = [...text.matchAll(/(?:from|import|import\()\s*'([^'.][^']*)'/g)].map(
      ([, one]) => one as string,
    )
    return specifiers.map((one) => one.split('/', one.startsWith('@') ? 2 : 1).join('/'))
  })
  return new Set(names)
}

function dependenciesOf(folder: string): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>
  }
  return Object.keys(dependencies ?? {})
}

function lookUp(name: string, from: string): InstalledModule | null {
  for (let root = from; ; root = dirname(root)) {
    if (existsSync(join(root, 'node_modules', name, 'package.json'))) return { root, name }
    if (root === dirname(root)) return null
  }
}
