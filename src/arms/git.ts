import { execa } from 'execa'

const TIMEOUT_MS = 120_000

/** What git prints, trimmed; null when it fails or is not there. */
export async function git(cwd: string, ...args: string[]): Promise<string | null> {
  const { ok, stdout } = await gitTried(cwd, ...args)
  return ok ? stdout : null
}

/** What git printed, and whether it went well. */
export async function gitTried(
  cwd: string,
  ...args: string[]
): Promise<{ readonly ok: boolean; readonly stdout: string; readonly stderr: string }> {
  const { exitCode, stdout, stderr, shortMessage } = await execa('git', args, {
    cwd,
    reject: false,
    timeout: TIMEOUT_MS,
  })
  return { ok: exitCode === 0, stdout: stdout.trim(), stderr: stderr.trim() || (shortMessage ?? '') }
}

/** @throws Error with git's own last line when it fails. */
export async function gitOrThrow(cwd: string, ...args: string[]): Promise<string> {
  const { ok, stdout, stderr } = await gitTried(cwd, ...args)
  if (ok) return stdout
  throw new Error(`git ${args[0]} ${args[1] ?? ''}: ${stderr.split('\n').at(-1)}`)
}

/**
 * Git's refusal to read a checkout of another owner, with its own remedy in one line; null where it fails for another
 * reason, or does not fail.
 */
export async function ownerProblem(cwd: string): Promise<string | null> {
  const { ok, stderr } = await gitTried(cwd, 'rev-parse', '--show-toplevel')
  if (ok || !/dubious ownership/.test(stderr)) return null
  const [what = ''] = stderr.split('\n')
  const remedy = /git config --global --add safe\.directory .*/.exec(stderr)?.[0] ?? ''
  return `git refuses to look for a ref (${what.replace(/^fatal: /, '')}): ${remedy}`
}
