import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findOrigin, originText } from '../../../src/arms/arm-origin.js'
import type { BuildIo } from '../../../src/arms/build-arm.js'
import { cacheFolder } from '../../../src/arms/checkout-cache.js'
import { prepareArm } from '../../../src/arms/prepare-arm.js'
import { type OpenLease, openLease } from '../../../src/launch/lease/lease.js'
import { ExitCode } from '../../../src/words/exit-codes.js'

let root = ''
let repository = ''
let lease: OpenLease
let commands: string[] = []

const git = (...args: string[]) =>
  execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: repository })

function io(signal = new AbortController().signal): BuildIo {
  const env = { ...process.env, RUNGS_CACHE_DIR: join(root, 'cache') }
  return { lease, signal, env, logDir: join(root, 'logs'), onCommand: (command) => commands.push(command) }
}

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'rungs-arms-'))
  repository = join(root, 'repository')
  mkdirSync(repository)
  commands = []
  await git('init', '-q', '-b', 'main')
  writeFileSync(join(repository, 'service.js'), 'one')
  await git('add', '.')
  await git('commit', '-qm', 'one')
  lease = await openLease({ env: process.env, stateDir: join(root, 'state') })
})

afterEach(async () => {
  await lease.release()
  rmSync(root, { recursive: true, force: true })
})

const origin = (text: string) => findOrigin('--base', text, repository)
const choices = (build: string[] | null = null) => ({ build })

describe('findOrigin', () => {
  it('knows a URL, a folder and a ref', async () => {
    expect(await origin('http://127.0.0.1:8080/')).toEqual({ kind: 'url', url: 'http://127.0.0.1:8080' })
    expect(await origin('.')).toMatchObject({ kind: 'folder', dir: repository, dirty: false })
    const ref = await origin('main')
    expect(ref).toMatchObject({ kind: 'ref', ref: 'main', repository })
    expect(originText(ref)).toMatch(/^main \([0-9a-f]{9}\)$/)
    writeFileSync(join(repository, 'service.js'), 'two')
    expect(await origin('.')).toMatchObject({ dirty: true })
  })

  it('says what is wrong, and what would do', async () => {
    await expect(origin('mian')).rejects.toThrow(/--base mian: there is no such commit in .*name a branch/)
    await expect(origin('http://127.0.0.1:8080/api')).rejects.toThrow(
      /without a path: http:\/\/127.0.0.1:8080$/,
    )
    await expect(findOrigin('--base', 'main', root)).rejects.toThrow(/is no git checkout/)
    // A ref that looks like an option is none.
    await expect(origin('--all')).rejects.toThrow(/no such commit/)
  })
})

describe('prepareArm', () => {
  it('builds a commit once, from what was committed, and takes it from the cache then', async () => {
    writeFileSync(join(repository, 'service.js'), 'changed since')
    const build = ['cp service.js built.js']
    const first = await prepareArm('base', await origin('main'), choices(build), io())
    expect(first.cached).toBe(false)
    const again = await prepareArm('base', await origin('HEAD'), choices(build), io())
    expect(again).toMatchObject({ dir: first.dir, cached: true })
    expect(commands).toEqual(build)
    expect(readdirSync(first.dir ?? '').sort()).toEqual(['.git', 'built.js', 'service.js'])
    const other = await prepareArm('base', await origin('main'), choices(['cp service.js other.js']), io())
    expect(other.dir).not.toBe(first.dir)
  })

  it('tells in one line that a side does not build, and keeps nothing of it', async () => {
    const failing = choices(['echo no such type >&2; exit 3'])
    const error = await prepareArm('head', await origin('main'), failing, io()).catch((error) => error)
    expect(error.message).toMatch(
      /^head does not build: ".*" in .* ended with code 3: no such type \(.*build-head.log\)$/,
    )
    expect(error.exitCode).toBe(ExitCode.Missed)
    const base = await prepareArm('base', await origin('main'), failing, io()).catch((error) => error)
    expect(base.exitCode).toBe(ExitCode.Usage)
    expect(readdirSync(cacheFolder(repository, io().env))).toEqual([])
    expect((await git('worktree', 'list')).stdout.split('\n')).toHaveLength(1)
  })

  it('ends a build that is interrupted', async () => {
    const abort = new AbortController()
    const started = prepareArm('base', await origin('main'), choices(['sleep 600 & wait']), {
      ...io(abort.signal),
      onCommand: () => setImmediate(() => abort.abort(new Error('interrupted'))),
    })
    await expect(started).rejects.toThrow('interrupted')
    expect(readdirSync(cacheFolder(repository, io().env))).toEqual([])
  })
})
