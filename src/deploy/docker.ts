import { UserError } from '../words/errors.js'
import { type Called, type CallOptions, call } from './program.js'

/** The user's docker command. */
export interface Docker {
  /** What it printed. @throws UserError with what it complained about. */
  run(args: readonly string[], options?: DockerOptions): Promise<string>
  /** The same for a call that may fail. */
  attempt(args: readonly string[], options?: DockerOptions): Promise<Called>
}

export interface DockerOptions extends CallOptions {
  /** Variables beside those of the caller. */
  readonly variables?: Readonly<Record<string, string>>
}

export function makeDocker({
  env,
  signal,
}: {
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}): Docker {
  const program = { name: 'docker', getIt: 'https://docs.docker.com/engine/install/', signal }
  const attempt = (args: readonly string[], { variables, ...options }: DockerOptions = {}) =>
    call({ ...program, env: { ...env, ...variables }, problems: dockerProblems }, args, options)
  return {
    attempt,
    run: async (args, options) => {
      const { ok, stdout, problems } = await attempt(args, options)
      if (!ok) throw new UserError(`docker ${args.slice(0, 3).join(' ')}: ${problems.join('; ')}`)
      return stdout
    },
  }
}

/** What docker says went wrong, without its hints at `--help`. */
export function dockerProblems(stderr: string): string[] {
  return stderr
    .split('\n')
    .map((line) => line.trim().replace(/^(docker: )?Error response from daemon: /, ''))
    .filter((line) => line !== '' && !/^(See 'docker|Run 'docker|Since --detach|In a future)/.test(line))
}

/** The lines of a printed list. */
export function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '')
}
