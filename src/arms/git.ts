import { execa } from 'execa'

const TIMEOUT_MS = 120_000

/** What git prints, trimmed; null when it fails or is not there. */
export async function git(cwd: string, ...args: string[]): Promise<string | null> {
  const { exitCode, stdout } = await execa('git', args, { cwd, reject: false, timeout: TIMEOUT_MS })
  return exitCode === 0 ? stdout.trim() : null
}

/** @throws Error with git's own last line when it fails. */
export async function gitOrThrow(cwd: string, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr, shortMessage } = await execa('git', args, {
    cwd,
    reject: false,
    timeout: TIMEOUT_MS,
  })
  if (exitCode === 0) return stdout.trim()
  throw new Error(`git ${args[0]} ${args[1] ?? ''}: ${stderr.trim().split('\n').at(-1) || shortMessage}`)
}
