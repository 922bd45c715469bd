import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execaSync } from 'execa'

export const ROOT = resolve(import.meta.dirname, '../../..')

/** A temporary folder in which the scripts of `ci/` run as a CI system would run them. */
export class CiSandbox {
  readonly dir = mkdtempSync(join(tmpdir(), 'rungs-ci-'))
  readonly output = join(this.dir, 'github-output')

  /** Nothing of the CI system that the tests themselves may run in. */
  run(
    script: string,
    env: Readonly<Record<string, string>> = {},
    args: readonly string[] = [],
    cwd = this.dir,
  ) {
    writeFileSync(this.output, '')
    const { exitCode, stdout, stderr } = execaSync(join(ROOT, 'ci', script), args, {
      cwd,
      env: {
        PATH: `${join(this.dir, 'bin')}:${process.env.PATH}`,
        HOME: this.dir,
        GIT_CONFIG_NOSYSTEM: '1',
        GITHUB_OUTPUT: this.output,
        ...env,
      },
      extendEnv: false,
      reject: false,
    })
    return { code: exitCode, stdout, stderr, outputs: this.outputs() }
  }

  outputs(): Readonly<Record<string, string>> {
    const lines = readFileSync(this.output, 'utf8').split('\n').filter(Boolean)
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)))
  }

  git(cwd: string, ...args: string[]): string {
    const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'init.defaultBranch=main']
    return execaSync('git', [...who, ...args], { cwd, env: { GIT_CONFIG_NOSYSTEM: '1', HOME: this.dir } })
      .stdout
  }

  /** An empty commit; its name. */
  commit(cwd: string, message: string): string {
    this.git(cwd, 'commit', '-q', '--allow-empty', '-m', message)
    return this.git(cwd, 'rev-parse', 'HEAD')
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true })
  }
}
