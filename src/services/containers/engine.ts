import { findOnPath } from '../support/pinned.js'

const TIMEOUT_MS = 120_000

/** A command line that speaks to a container engine. */
export interface ContainerEngine {
  /** `/usr/bin/docker`, or podman's twin of it. */
  readonly file: string
  /** Version of the engine behind it, not of the command. */
  readonly version: string
  /** For every call: which builder, which daemon. */
  readonly env: Readonly<Record<string, string>>
}

export interface EngineCall {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  /** A file whose content is the call's standard input. */
  readonly inputFile?: string
}

/**
 * Runs `docker ARGS…` and gives what it printed.
 * @throws Error with the last line that it wrote when it fails or takes too long; the signal's reason when aborted.
 */
export async function callEngine(
  engine: Pick<ContainerEngine, 'file' | 'env'>,
  args: readonly string[],
  { signal, timeoutMs = TIMEOUT_MS, inputFile }: EngineCall = {},
): Promise<string> {
  // Loaded late: most calls of rungs have nothing to do with containers.
  const { execa } = await import('execa')
  const result = await execa(engine.file, args, {
    env: engine.env,
    extendEnv: false,
    ...(inputFile === undefined ? { stdin: 'ignore' } : { inputFile }),
    reject: false,
    timeout: timeoutMs,
    ...(signal ? { cancelSignal: signal } : {}),
  })
  signal?.throwIfAborted()
  if (!result.failed) return result.stdout
  const said = [result.stderr, result.stdout].map((text) => text.trim().split('\n').at(-1)).find(Boolean)
  const how = result.timedOut ? `took more than ${timeoutMs / 1_000} s` : (said ?? result.shortMessage)
  throw new Error(`${[engine.file, ...args.slice(0, 2)].join(' ')}: ${how}`)
}

/** The engine that answers here: Docker's, or Podman's. Null where none does. */
export async function findEngine(env: NodeJS.ProcessEnv): Promise<ContainerEngine | null> {
  for (const name of ['docker', 'podman']) {
    const file = findOnPath(name, env.PATH ?? '')
    if (!file) continue
    const engine = { file, env: engineEnvironment(env) }
    try {
      const version = await callEngine(engine, ['version', '--format', '{{.Server.Version}}'], {
        timeoutMs: 10_000,
      })
      return { ...engine, version, env: { ...engine.env, ...(await builderOf(engine)) } }
    } catch {
      // Installed, but nothing runs behind it, or not for this account: the next may do.
    }
  }
  return null
}

/** BuildKit where its plugin is there; Docker's own builder otherwise. */
async function builderOf(engine: Pick<ContainerEngine, 'file' | 'env'>): Promise<Record<string, string>> {
  try {
    await callEngine(engine, ['buildx', 'version'], { timeoutMs: 10_000 })
    return {}
  } catch {
    // Without the plugin the command refuses to build unless it is told so.
    return { DOCKER_BUILDKIT: '0' }
  }
}

/** What a command line needs of ours: where the engine listens and the account's own settings, and nothing of a service. */
function engineEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      /^(PATH|HOME|USER|TMPDIR|XDG_\w+|DOCKER_\w+|CONTAINER_\w+|LANG|LC_\w+)$/.test(entry[0]),
  )
  return Object.fromEntries(kept)
}
