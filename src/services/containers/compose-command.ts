import { findOnPath } from '../support/pinned.js'
import { type ContainerEngine, callEngine } from './engine.js'

/** A Compose of the engine's: its words, and its version. */
export interface ComposeCommand {
  readonly words: readonly string[]
  readonly version: string
}

/** The plugin (`docker compose`, version 2) goes before the program of old (`docker-compose`, 1.29). */
export async function findCompose(
  engine: ContainerEngine,
  env: NodeJS.ProcessEnv,
): Promise<ComposeCommand | null> {
  const programs = ['docker-compose', 'podman-compose'].flatMap((name) => {
    const file = findOnPath(name, env.PATH ?? '')
    return file ? [[file]] : []
  })
  for (const words of [[engine.file, 'compose'], ...programs]) {
    const [file = '', ...first] = words
    try {
      const text = await callEngine({ file, env: engine.env }, [...first, 'version', '--short'])
      const version = /\d+\.\d+\S*/.exec(text)?.[0]
      if (version) return { words, version }
    } catch {
      // No such plugin, or a program that does not run here: the next.
    }
  }
  return null
}
