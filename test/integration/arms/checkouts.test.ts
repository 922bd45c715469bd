import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execaSync } from 'execa'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findOrigin } from '../../../src/arms/arm-origin.js'
import type { BuildIo } from '../../../src/arms/build-arm.js'
import { carriedSecrets, carryProblems } from '../../../src/arms/carry.js'
import { ignoredOnlyIn } from '../../../src/arms/ignored-files.js'
import { prepareArm } from '../../../src/arms/prepare-arm.js'
import { type OpenLease, openLease } from '../../../src/launch/lease/lease.js'

let root = ''
let repository = ''
let lease: OpenLease

const who = ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'protocol.file.allow=always']
const git = (cwd: string, ...args: string[]) => execaSync('git', [...who, ...args], { cwd }).stdout

function write(path: string, text: string, within = repository): void {
  const file = join(within, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function commit(dir = repository): void {
  git(dir, 'add', '-A')
  git(dir, 'commit', '-q', '--allow-empty', '-m', 'a version')
}

const io = (): BuildIo => ({
  lease,
  signal: new AbortController().signal,
  env: { ...process.env, RUNGS_CACHE_DIR: join(root, 'cache') },
  logDir: join(root, 'logs'),
  headDir: repository,
})

const baseOf = async (choices: Partial<Parameters<typeof prepareArm>[2]>) =>
  await prepareArm('base', await findOrigin('--base', 'main', repository), { build: [], ...choices }, io())

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'rungs-checkouts-'))
  repository = join(root, 'repository')
  mkdirSync(repository)
  git(repository, 'init', '-q', '-b', 'main')
  write('.gitignore', '.env\nconfig/local\ndist\nnode_modules\n*.log\n')
  lease = await openLease({ env: process.env, stateDir: join(root, 'state') })
})

afterEach(async () => {
  await lease.release()
  rmSync(root, { recursive: true, force: true })
})

describe('gate.carry', () => {
  it('takes ignored files into the checkout, before the build, and other content into another one', async () => {
    write('server.js', '')
    commit()
    write('.env', 'SESSION_SECRET=one')
    write('config/local/a.json', '{}')
    const carried = { from: repository, paths: ['.env', 'config/local'] }
    const build = ['cp .env built && cp config/local/a.json .']
    const first = await baseOf({ build, carried })
    expect(readFileSync(join(first.dir ?? '', 'built'), 'utf8')).toBe('SESSION_SECRET=one')
    expect((await baseOf({ build, carried })).cached).toBe(true)
    write('.env', 'SESSION_SECRET=two')
    const second = await baseOf({ build, carried })
    expect(second.cached).toBe(false)
    expect(readFileSync(join(second.dir ?? '', 'built'), 'utf8')).toBe('SESSION_SECRET=two')
  })

  it('names all that cannot be carried', async () => {
    write('server.js', '')
    commit()
    write('.env', '')
    const paths = ['.env', 'server.js', 'nothere', '*.env', '/etc/passwd', '../../../etc', '.git/config']
    const problems = await carryProblems({ from: repository, paths })
    expect(problems.map((line) => line.replace('gate.carry: ', '').split(root)[0])).toEqual([
      'server.js: git has it, so that base has its own: name what git ignores',
      'nothere: is not in ',
      '*.env: patterns are not taken: name files and folders',
      "/etc/passwd: name it relative to the project's folder",
      expect.stringMatching(/^\.\.\/\.\.\/\.\.\/etc: (lies outside the repository|is not in) /),
      '.git/config: git and node_modules are not carried: each side has its own',
    ])
  })

  it('knows what of it no message may show', () => {
    write('.env', "PORT=3000\nSESSION_SECRET='s3cret-s3cret'\nDATABASE_URL=postgres://u:pa55word@db/x\n")
    write('config/local/a.json', '{"stripeKey": "sk_live_123456"}')
    const secrets = carriedSecrets({ from: repository, paths: ['.env', 'config/local'] })
    expect(secrets.map((each) => each.replace(/'$/, '')).sort()).toEqual([
      'pa55word',
      's3cret-s3cret',
      'sk_live_123456',
    ])
  })
})

describe('what a fresh checkout lacks', () => {
  it('is what git ignores in the head, but not what both have, nor what tools leave', async () => {
    write('server.js', '')
    commit()
    for (const path of ['.env', 'config/local/a.json', 'dist/a.js', 'node_modules/x/i.js', 'x.log'])
      write(path, '')
    const base = await baseOf({ build: ['mkdir dist'] })
    expect(await ignoredOnlyIn(repository, base.dir ?? '')).toEqual(['.env', 'config/local/'])
    expect(await ignoredOnlyIn(repository, base.dir ?? '', [join(repository, 'config/local')])).toEqual([
      '.env',
    ])
  })

  it('is named where it does not build, with the line that says why', async () => {
    commit()
    write('.env', '')
    const build = [`node -e "throw new Error('no .env here')"`]
    await expect(baseOf({ build })).rejects.toThrow(
      /^base does not build: .*: Error: no \.env here \(.*build-base\.log\); base is a fresh checkout without \.env, which git ignores: name what it needs in gate\.carry$/,
    )
  })

  it('can be had by a build command, which is told its side and where the head lies', async () => {
    commit()
    write('.env', 'A=1')
    const build = ['[ "$RUNGS_GATE_SIDE" = head ] || cp "$RUNGS_GATE_HEAD_DIR/.env" .']
    expect(existsSync(join((await baseOf({ build })).dir ?? '', '.env'))).toBe(true)
    const head = await findOrigin('--head', '.', repository)
    await prepareArm('head', head, { build }, io())
  })
})

describe('submodules', () => {
  it('come from what the repository has of them, nested ones too, and the checkout can be moved', async () => {
    const [inner, outer] = [join(root, 'inner'), join(root, 'outer')]
    for (const dir of [inner, outer]) {
      mkdirSync(dir)
      git(dir, 'init', '-q', '-b', 'main')
    }
    write('i.js', 'inner', inner)
    commit(inner)
    write('o.js', 'outer', outer)
    git(outer, 'submodule', 'add', '-q', `file://${inner}`, 'deep/inner')
    commit(outer)
    git(repository, 'submodule', 'add', '-q', `file://${outer}`, 'vendor')
    git(repository, 'submodule', 'update', '-q', '--init', '--recursive')
    commit()
    git(repository, 'checkout', '-qb', 'later')
    write('vendor/o.js', 'changed since')
    // Neither may be asked: they are gone.
    rmSync(inner, { recursive: true })
    rmSync(outer, { recursive: true })
    const { dir } = await baseOf({})
    expect(readFileSync(join(dir ?? '', 'vendor/o.js'), 'utf8')).toBe('outer')
    expect(readFileSync(join(dir ?? '', 'vendor/deep/inner/i.js'), 'utf8')).toBe('inner')
    expect(git(repository, 'status', '--porcelain')).toBe(' M vendor')
  })

  it("are told of in git's words where they cannot be had", async () => {
    const outer = join(root, 'outer')
    mkdirSync(outer)
    git(outer, 'init', '-q', '-b', 'main')
    commit(outer)
    git(repository, 'submodule', 'add', '-q', `file://${outer}`, 'vendor')
    commit()
    rmSync(join(repository, '.git/modules'), { recursive: true })
    await expect(baseOf({})).rejects.toThrow(
      /^base: its submodules cannot be had: fatal: .*'file' not allowed.*: run git submodule update --init --recursive in /,
    )
    const [folder] = readdirSync(join(root, 'cache/arms'))
    expect(readdirSync(join(root, 'cache/arms', folder ?? ''))).toEqual([])
  })
})
