import { ExitCode } from './exit-codes.js'

/**
 * An error that its reader can act on. Each entry of `problems` is one line that says what is wrong, where, and
 * what to do; the command line prints them without a stack trace and exits with `exitCode`.
 */
export class UserError extends Error {
  readonly problems: readonly string[]
  readonly exitCode: ExitCode

  constructor(
    problems: string | readonly string[],
    exitCode: ExitCode = ExitCode.Usage,
    options?: ErrorOptions,
  ) {
    const list = typeof problems === 'string' ? [problems] : problems
    super(list.join('\n'), options)
    this.name = 'UserError'
    this.problems = list
    this.exitCode = exitCode
  }
}

/** A signal called off what was under way. Its sender needs no message, only the exit code. */
export class Interruption extends Error {
  readonly exitCode = ExitCode.Interrupted

  constructor(signal: string) {
    super(`interrupted by ${signal}`)
    this.name = 'Interruption'
  }
}

/** The same error with what its reader should know beside it, in each line. */
export function withHint(error: UserError, hint: string): UserError {
  return new UserError(
    error.problems.map((problem) => `${problem}; ${hint}`),
    error.exitCode,
    { cause: error },
  )
}

/** What `work` gives; where it is refused, null, and why among `problems`, so that all that is wrong is told at once. */
export async function collecting<T>(problems: string[], work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    problems.push(...error.problems)
    return null
  }
}

/** The first line of whatever was thrown, for messages that must stay on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error)
  return text.split('\n', 1)[0] ?? ''
}

/** The `code` of a Node system error (`ENOENT`, `ECONNREFUSED`, …), where there is one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
