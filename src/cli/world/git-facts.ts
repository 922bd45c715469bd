import { execa } from 'execa'
import type { Run } from '../../model/run/run.js'

/** Commit, branch and dirtiness of the working folder; null where it is no git checkout or git is missing. */
export async function gitFacts(cwd: string): Promise<Run['git']> {
  const git = async (...args: string[]) => {
    const { exitCode, stdout } = await execa('git', args, { cwd, reject: false, timeout: 5_000 })
    return exitCode === 0 ? stdout.trim() : null
  }
  const commit = await git('rev-parse', 'HEAD')
  if (commit === null) return null
  const [branch, changes] = await Promise.all([git('branch', '--show-current'), git('status', '--porcelain')])
  return { commit, branch: branch || null, dirty: changes !== '' }
}
