import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { findOrigin, originText } from '../../../src/arms/arm-origin.js'

const root = mkdtempSync(join(tmpdir(), 'rungs-origins-'))
const origin = join(root, 'origin')
const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.org']
const git = (cwd: string, ...args: string[]) => execaSync('git', [...who, ...args], { cwd }).stdout

// main: one ─ two ─ three; topic leaves at two and goes on for two; v1 is one.
beforeAll(() => {
  mkdirSync(origin)
  git(origin, 'init', '-q', '-b', 'main')
  const commit = (message: string) => git(origin, 'commit', '-q', '--allow-empty', '-m', message)
  commit('one')
  git(origin, 'tag', 'v1')
  commit('two')
  git(origin, 'checkout', '-qb', 'topic')
  commit('topic one')
  commit('topic two')
  git(origin, 'checkout', '-q', 'main')
  commit('three')
})

afterAll(() => rmSync(root, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())

let clones = 0
function clone(...args: string[]): string {
  const dir = join(root, `clone${clones++}`)
  execaSync('git', ['clone', '-q', '-b', 'topic', ...args, `file://${origin}`, dir])
  return dir
}

const commitOf = (name: string) => git(origin, 'rev-parse', `${name}^{commit}`)
const base = (dir: string, text: string) => findOrigin('--base', text, dir)

/** The message for a base that is not there. */
async function adviceOf(dir: string, text: string): Promise<string> {
  const error: unknown = await base(dir, text).catch((error) => error)
  return error instanceof Error ? error.message : 'found'
}

/** Follows the advice to the letter, and finds it then. */
async function followed(dir: string, text: string) {
  const advice = await adviceOf(dir, text)
  const command = /git fetch [^;)]+/.exec(advice)?.[0]
  if (command === undefined) throw new Error(`no command in: ${advice}`)
  execaSync('sh', ['-c', command], { cwd: dir })
  return await base(dir, text)
}

describe('a base that the clone lacks', () => {
  it('is taken from the remote where only it has the branch', async () => {
    const found = await base(clone(), 'main')
    expect(found).toMatchObject({ kind: 'ref', ref: 'origin/main', commit: commitOf('main') })
    expect(originText(found)).toMatch(/^origin\/main \(/)
  })

  it.each(['main', 'origin/main', 'v1'])(
    'comes with what is advised for a shallow clone: %s',
    async (text) => {
      const dir = clone('--depth=1')
      expect(await adviceOf(dir, text)).toMatch(/shallow clone.*fetch-depth: 0/)
      const name = text.replace('origin/', '')
      expect(await followed(dir, text)).toMatchObject({ commit: commitOf(name) })
      // So does the other way to name it.
      expect(await base(dir, `origin/${name}`)).toMatchObject({ commit: commitOf(name) })
    },
  )

  it('comes with what is advised: the commit before, the start of a name, a whole name', async () => {
    expect(await followed(clone('--depth=1'), 'HEAD~1')).toMatchObject({ commit: commitOf('topic~1') })
    const before = commitOf('topic~1')
    expect(await followed(clone('--depth=1'), before.slice(0, 9))).toMatchObject({ commit: before })
    git(origin, 'config', 'uploadpack.allowReachableSHA1InWant', 'true')
    expect(await followed(clone('--depth=1'), commitOf('main'))).toMatchObject({ commit: commitOf('main') })
  })

  it('comes with what is advised for a whole clone of one branch, which stays whole', async () => {
    const dir = clone('--single-branch')
    expect(await adviceOf(dir, 'main')).not.toMatch(/shallow/)
    expect(await followed(dir, 'main')).toMatchObject({ commit: commitOf('main') })
    expect(git(dir, 'rev-parse', '--is-shallow-repository')).toBe('false')
  })
})

it.skipIf(process.getuid?.() !== 0)(
  "passes on git's remedy for a checkout of another owner, which then helps (only root can make one)",
  async () => {
    vi.stubEnv('HOME', root)
    vi.stubEnv('XDG_CONFIG_HOME', root)
    vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1')
    const dir = clone()
    execaSync('chown', ['-R', '1234', dir])
    const advice = await adviceOf(dir, 'main')
    expect(advice).toMatch(/^--base main: is no folder, and git refuses .*dubious ownership/)
    const remedy = /git config --global --add safe\.directory \S+$/.exec(advice)?.[0] ?? advice
    execaSync('sh', ['-c', remedy])
    expect(await base(dir, 'main')).toMatchObject({ commit: commitOf('main') })
  },
)
