import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CiSandbox, ROOT } from './scripts.js'

let sandbox: CiSandbox

beforeEach(() => {
  sandbox = new CiSandbox()
  mkdirSync(join(sandbox.dir, 'bin'))
})

afterEach(() => sandbox.remove())

function program(name: string, text: string): void {
  const file = join(sandbox.dir, 'bin', name)
  writeFileSync(file, `#!/usr/bin/env bash\n${text}`)
  chmodSync(file, 0o755)
}

/** Writes what it was called with, leaves a result with this verdict, and ends with this code. */
function stubRungs(code: number, verdict: string | null): void {
  const leave =
    verdict === null
      ? ''
      : `dir=$RUNGS_OUT/1-gate; mkdir -p "$dir"
         echo '{"decision":{"verdict":"${verdict}"}}' >"$dir/gate.json"; echo '# ${verdict}' >"$dir/gate.md"`
  program('rungs', `echo "$@" >called; env | grep ^RUNGS_ | sort >environment\n${leave}\nexit ${code}\n`)
}

const read = (name: string) => readFileSync(join(sandbox.dir, name), 'utf8')

describe('ci/gate.sh', () => {
  it.each([
    [0, 'pass'],
    [0, 'inconclusive'],
    [1, 'regress'],
    [3, 'inconclusive'],
  ])('ends with exit code %i, and gives the verdict %s', (code, verdict) => {
    stubRungs(code, verdict)
    const result = sandbox.run('gate.sh', {
      RUNGS_COMMAND: 'rungs',
      RUNGS_BASE: 'main',
      RUNGS_OUT: 'the results',
    })
    const out = join(sandbox.dir, 'the results')
    expect(result.code, result.stderr).toBe(code)
    expect(result.outputs).toEqual({
      'exit-code': String(code),
      verdict,
      folder: join(out, '1-gate'),
      comment: join(out, 'comment.md'),
    })
    expect(read('called').trim()).toBe('gate')
    expect(read('environment')).toContain('RUNGS_BASE=main\n')
    expect(readFileSync(result.outputs.comment ?? '', 'utf8')).toBe(`# ${verdict}\n`)
  })

  it('has the verdict error where there is no result, whatever an earlier call has left', () => {
    stubRungs(1, 'regress')
    const env = { RUNGS_COMMAND: 'rungs', RUNGS_OUT: 'out' }
    sandbox.run('gate.sh', env)
    stubRungs(2, null)
    const { code, outputs } = sandbox.run('gate.sh', env)
    expect(code).toBe(2)
    expect(outputs).toMatchObject({ verdict: 'error', 'exit-code': '2', folder: join(sandbox.dir, 'out') })
    expect(read('out/comment.md')).toMatch(/no result \(exit code 2\)/)
  })

  it('runs rungs itself, after the base was found: a change that does not touch what runs passes', () => {
    const project = join(sandbox.dir, 'project')
    mkdirSync(project)
    const level = { number: 0, name: 'tiny', title: 'Tiny', summary: 'One.', whenToUse: 'In tests.' }
    const processes = [{ name: 'app', role: 'web', command: 'node', args: ['server.mjs'] }]
    const config = {
      levels: [{ ...level, processes, ready: { path: '/' } }],
      scenarios: [{ name: 'root', title: 'Root', steps: [{ path: '/' }] }],
      gate: { artefacts: ['server.mjs'] },
    }
    writeFileSync(join(project, 'rungs.config.json'), JSON.stringify(config))
    writeFileSync(join(project, 'server.mjs'), '')
    sandbox.git(project, 'init', '-q')
    sandbox.git(project, 'add', '.')
    sandbox.commit(project, 'base')
    sandbox.commit(project, 'head')

    const { main = '' } = sandbox.run('install-rungs.sh').outputs
    expect(main).toBe(join(ROOT, 'dist/src/cli/main.js'))
    const { base = '' } = sandbox.run('find-base.sh', {}, [], project).outputs
    const summary = join(sandbox.dir, 'summary.md')
    const env = {
      RUNGS_MAIN: main,
      RUNGS_BASE: base,
      RUNGS_THRESHOLD: '', // An input that was not given.
      RUNGS_OUT: join(sandbox.dir, 'out'),
      RUNGS_STATE_DIR: join(sandbox.dir, 'state'),
      RUNGS_CACHE_DIR: join(sandbox.dir, 'cache'),
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
    }
    const { code, stdout, stderr, outputs } = sandbox.run('gate.sh', env, [], project)
    expect(code, stderr).toBe(0)
    expect(outputs.verdict).toBe('pass')
    expect(stdout).toMatch(/^::notice title=rungs gate::/m)
    expect(readFileSync(outputs.comment ?? '', 'utf8').trim()).toBe(readFileSync(summary, 'utf8').trim())
  })

  it('does not install what is called by a command', () => {
    const { code, stdout, outputs } = sandbox.run('install-rungs.sh', { RUNGS_COMMAND: 'npx rungs' })
    expect({ code, stdout, outputs }).toEqual({ code: 0, stdout: '', outputs: {} })
  })
})

describe('ci/gate-self.sh', () => {
  it.each([
    [0, 0, 0],
    [1, 0, 1],
    [0, 1, 1],
    [3, 1, 3],
  ])('with exit codes %i against the base and %i against itself, ends with %i', (base, itself, code) => {
    program('make', '')
    program(
      'node',
      `echo "$@" >>${sandbox.dir}/called
       case "$*" in *--measure-identical*) exit ${itself} ;; *) exit ${base} ;; esac\n`,
    )
    const result = sandbox.run('gate-self.sh', { RUNGS_INPUT_BASE: 'src' }, ['--budget', '10m'])
    expect(result.code, result.stderr).toBe(code)
    expect(read('called').split('\n')).toEqual([
      'dist/src/cli/main.js gate --base src --on-inconclusive warn --budget 10m',
      'dist/src/cli/main.js gate --base HEAD --measure-identical --on-inconclusive warn --budget 10m',
      '',
    ])
  })
})

describe('ci/comment.sh', () => {
  /** A `gh` that knows comments and pull requests, and notes what it was to write. */
  function stubGh(existing: string): void {
    program(
      'gh',
      `case "$*" in
        *pulls/7*) echo abc123 ;;
        *PATCH* | *POST*) echo "$*" >>written; for last; do :; done; cp "\${last#body=@}" body ;;
        *comments*) echo "$*" >>asked; printf '%s' '${existing}' ;;
      esac\n`,
    )
  }

  const comment = (number: string, env: Readonly<Record<string, string>> = {}) => {
    writeFileSync(join(sandbox.dir, 'gate.md'), '# No slowdown\n')
    return sandbox.run('comment.sh', { GITHUB_REPOSITORY: 'o/r', ...env }, ['gate.md', number, 'level-0'])
  }

  it('posts a new one, marked', () => {
    stubGh('')
    const { code, stderr } = comment('7')
    expect(code, stderr).toBe(0)
    expect(read('written')).toMatch(/--method POST repos\/o\/r\/issues\/7\/comments/)
    expect(read('body')).toBe('<!-- rungs gate: level-0 -->\n# No slowdown\n')
    expect(read('asked')).toContain('<!-- rungs gate: level-0 -->')
  })

  it('writes the one that is there anew', () => {
    stubGh('41\n')
    expect(comment('7').code).toBe(0)
    expect(read('written')).toMatch(/--method PATCH repos\/o\/r\/issues\/comments\/41 /)
  })

  it('posts only to the pull request of the commit that was measured', () => {
    stubGh('')
    const { code, stderr } = comment('7', { EXPECTED_SHA: 'def456' })
    expect(code).toBe(2)
    expect(stderr).toBe('error: comment: pull request 7 is at abc123, not at def456: nothing is posted')
    expect(existsSync(join(sandbox.dir, 'written'))).toBe(false)
    expect(comment('7', { EXPECTED_SHA: 'abc123' }).code).toBe(0)
  })

  it.each([
    ['reading', 'comments?per_page'],
    ['writing', 'POST'],
  ])('warns and ends well where the token of a fork may not: %s', (_, call) => {
    program(
      'gh',
      `case "$*" in *${call}*) echo 'gh: Resource not accessible by integration (HTTP 403)' >&2; exit 1 ;; esac`,
    )
    const { code, stdout, stderr } = comment('7', { GITHUB_ACTIONS: 'true' })
    expect(code, stderr).toBe(0)
    expect(stdout).toMatch(
      /^::warning title=rungs gate::the token may not comment on pull request 7 .*HTTP 403/,
    )
    expect(stdout).not.toMatch(/comment posted/)
  })

  it('is an error where gh fails for another reason', () => {
    program('gh', "echo 'gh: Bad credentials (HTTP 401)' >&2; exit 1")
    const { code, stderr } = comment('7')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: comment: gh: Bad credentials \(HTTP 401\)/)
  })

  it('takes nothing but a number for a pull request', () => {
    stubGh('')
    const { code, stderr } = comment('7/../../x')
    expect(code).toBe(2)
    expect(stderr).toBe('error: comment: 7/../../x: is no number of a pull request')
  })

  it('cuts what is too long for GitHub, at a line', () => {
    stubGh('')
    writeFileSync(join(sandbox.dir, 'long.md'), `${'x'.repeat(99)}\n`.repeat(1_000))
    const { code } = sandbox.run('comment.sh', { GITHUB_REPOSITORY: 'o/r' }, ['long.md', '7'])
    expect(code).toBe(0)
    const body = read('body')
    expect(body.length).toBeLessThan(65_536)
    expect(body).toMatch(/x{99}\n…\n$/)
  })
})
