import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CiSandbox } from './scripts.js'

const sandbox = new CiSandbox()
const origin = join(sandbox.dir, 'origin')
const names: Record<'old' | 'fork' | 'main' | 'head' | 'merge', string> = {
  old: '',
  fork: '',
  main: '',
  head: '',
  merge: '',
}

// old (v1) ─ fork ─ … ─ main, and from fork: a few ─ head (topic); merge is GitHub's, of main and head.
beforeAll(() => {
  mkdirSync(origin)
  sandbox.git(origin, 'init', '-q', '-b', 'main')
  names.old = sandbox.commit(origin, 'old')
  sandbox.git(origin, 'tag', 'v1')
  names.fork = sandbox.commit(origin, 'fork')
  sandbox.git(origin, 'checkout', '-qb', 'topic')
  for (let i = 0; i < 4; i++) sandbox.commit(origin, `topic ${i}`)
  names.head = sandbox.commit(origin, 'head')
  sandbox.git(origin, 'checkout', '-q', 'main')
  names.main = sandbox.commit(origin, 'main')
  sandbox.git(origin, 'checkout', '-q', '--detach')
  sandbox.git(origin, 'merge', '-q', '--no-ff', '-m', 'merge', 'topic')
  names.merge = sandbox.git(origin, 'rev-parse', 'HEAD')
  sandbox.git(origin, 'update-ref', 'refs/pull/7/merge', names.merge)
  sandbox.git(origin, 'checkout', '-q', 'main')
})

afterAll(() => sandbox.remove())

let clones = 0
/** Whole clones are not changed by the script. */
const whole = new Map<string, string>()

/** As `actions/checkout` does: one commit, no branches, or everything. */
function checkout(ref: string, depth: 1 | 'all'): string {
  const known = depth === 'all' ? whole.get(ref) : undefined
  if (known !== undefined) return known
  const dir = join(sandbox.dir, `clone${clones++}`)
  mkdirSync(dir)
  if (depth === 'all') whole.set(ref, dir)
  sandbox.git(dir, 'init', '-q')
  sandbox.git(dir, 'remote', 'add', 'origin', `file://${origin}`)
  const refs =
    depth === 1
      ? ['--depth=1', ref]
      : ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*', ref]
  sandbox.git(dir, 'fetch', '-q', '--no-tags', 'origin', ...refs)
  sandbox.git(dir, 'checkout', '-q', '--detach', sandbox.git(origin, 'rev-parse', ref))
  return dir
}

const find = (cwd: string, env: Readonly<Record<string, string>> = {}) =>
  sandbox.run('find-base.sh', env, [], cwd)

const PULL_REQUEST = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_BASE_REF: 'main' }

describe('the base of a pull request is where its head left the base branch', () => {
  it.each([1, 'all'] as const)('of the merge commit that GitHub checks out, clone depth %s', (depth) => {
    const { stdout, stderr, outputs } = find(checkout('refs/pull/7/merge', depth), PULL_REQUEST)
    expect(stdout, stderr).toBe(names.main)
    expect(outputs).toEqual({ base: names.main })
  })

  it.each([1, 'all'] as const)('of its own head, clone depth %s', (depth) => {
    expect(find(checkout('topic', depth), PULL_REQUEST).stdout).toBe(names.fork)
  })

  it('in a merge request of GitLab', () => {
    expect(find(checkout('topic', 'all'), { CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' }).stdout).toBe(
      names.fork,
    )
  })
})

describe('the base of a push', () => {
  const push = (before: string) => {
    const file = join(sandbox.dir, 'event.json')
    writeFileSync(file, JSON.stringify({ before }))
    return { GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: file }
  }

  it('is the commit before it, fetched where the clone ends', () => {
    expect(find(checkout('main', 1), push(names.old)).stdout).toBe(names.old)
  })

  it('is the parent where the branch is new', () => {
    expect(find(checkout('main', 1), push('0'.repeat(40))).stdout).toBe(names.fork)
  })
})

describe('a base that is named', () => {
  it.each([
    ['a branch: where head left it', 'main', 'all', (): string => names.fork],
    ['a tag: itself, fetched', 'v1', 1, () => names.old],
    ['a URL: itself', 'http://127.0.0.1:8080', 'all', (): string => 'http://127.0.0.1:8080'],
  ] as const)('%s', (_, base, depth, expected) => {
    const { stdout, stderr } = find(checkout('topic', depth), { ...PULL_REQUEST, RUNGS_INPUT_BASE: base })
    expect(stdout, stderr).toBe(expected())
  })

  it('a folder: itself, also without git', () => {
    expect(find(sandbox.dir, { RUNGS_INPUT_BASE: 'origin' }).stdout).toBe('origin')
  })

  it('that does not exist is one line and exit code 2', () => {
    const { code, stdout, stderr, outputs } = find(checkout('topic', 'all'), {
      RUNGS_INPUT_BASE: 'nowhere',
    })
    expect({ code, stdout, outputs }).toEqual({ code: 2, stdout: '', outputs: {} })
    expect(stderr).toBe('error: base nowhere: is no branch, tag, commit, folder or URL here')
  })
})

it.skipIf(process.getuid?.() !== 0)(
  "tells git's remedy for a checkout of another owner, which then helps (only root can make one)",
  () => {
    const dir = join(sandbox.dir, 'foreign')
    sandbox.git(sandbox.dir, 'clone', '-q', `file://${origin}`, dir)
    execaSync('chown', ['-R', '1234', dir])
    const { code, stderr } = find(dir, { RUNGS_INPUT_BASE: 'v1' })
    expect(code).toBe(2)
    const remedy = /git config --global --add safe\.directory \S+$/.exec(stderr)?.[0] ?? stderr
    expect(stderr).toMatch(/^error: detected dubious ownership/)
    execaSync('sh', ['-c', remedy], { env: { HOME: sandbox.dir } })
    expect(find(dir, { RUNGS_INPUT_BASE: 'v1' }).stdout).toBe(names.old)
  },
)

describe('without an event', () => {
  it('is where the branch left the default one', () => {
    expect(find(checkout('topic', 'all')).stdout).toBe(names.fork)
  })

  it('is the commit before on the default branch itself', () => {
    expect(find(checkout('main', 'all')).stdout).toBe(names.fork)
  })

  it('is an error, with an annotation, where there is no commit before', () => {
    const dir = join(sandbox.dir, 'new')
    mkdirSync(dir)
    sandbox.git(dir, 'init', '-q')
    sandbox.commit(dir, 'only')
    const { code, stderr } = find(dir, { GITHUB_ACTIONS: 'true' })
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^::error title=rungs gate::there is no commit before [0-9a-f]+ to compare with: name a base$/m,
    )
  })
})
