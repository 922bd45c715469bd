import type { Output } from './output.js'

/** One call of a command, as `main` hands it on. */
export interface Invocation {
  /** By camel-cased name, as the command line gave them. */
  readonly flags: Readonly<Record<string, string | undefined>>
  /** The settings that flags or environment variables gave, by the same names. */
  readonly asked: Readonly<Record<string, string>>
  readonly args: readonly string[]
  readonly output: Output
  readonly version: string
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
}
