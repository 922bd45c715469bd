import { UserError } from '../words/errors.js'

/** A program of the user's own, and what all calls of it share. */
export interface Program {
  readonly name: string
  /** Where to get it, for whom it is missing. */
  readonly getIt: string
  readonly env: NodeJS.ProcessEnv
  /** Ends a call that is under way. */
  readonly signal: AbortSignal
  /** The lines of its standard error that say what is wrong. */
  readonly problems: (stderr: string) => readonly string[]
}

export interface CallOptions {
  readonly input?: string
  readonly timeoutSeconds?: number
}

export interface Called {
  readonly ok: boolean
  readonly stdout: string
  /** What it complained about, a line each; not empty where it failed. */
  readonly problems: readonly string[]
}

const TIMEOUT_SECONDS = 60

/**
 * Runs the program to its end.
 * @throws UserError where it is missing or takes too long; what the signal was aborted with, where it was.
 */
export async function call(
  program: Program,
  args: readonly string[],
  { input = '', timeoutSeconds = TIMEOUT_SECONDS }: CallOptions = {},
): Promise<Called> {
  // Loaded late: most calls of rungs need it not.
  const { execa } = await import('execa')
  const result = await execa(program.name, args, {
    env: program.env,
    extendEnv: false,
    input,
    reject: false,
    timeout: timeoutSeconds * 1_000,
    cancelSignal: program.signal,
    maxBuffer: 64 * 1024 * 1024,
  })
  program.signal.throwIfAborted()
  if (result.code === 'ENOENT' || result.code === 'EACCES') {
    throw new UserError(`${program.name} cannot be run (${result.code}); get it: ${program.getIt}`)
  }
  const where = `${program.name} ${args.join(' ')}`
  if (result.timedOut) {
    throw new UserError(`${where}: no end after ${timeoutSeconds} s; see whether what it talks to answers`)
  }
  if (!result.failed) return { ok: true, stdout: result.stdout, problems: [] }
  const said = program.problems(result.stderr)
  const how = result.signal ? `ended by ${result.signal}` : `exit code ${result.exitCode}, and not a word why`
  return { ok: false, stdout: result.stdout, problems: said.length > 0 ? said : [how] }
}
