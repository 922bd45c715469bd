import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { requireArtefacts } from '../../../src/arms/artefacts.js'
import { type CompareChoices, compareArms } from '../../../src/arms/compare-arms.js'
import type { Arm } from '../../../src/arms/prepare-arm.js'
import { commit, git, write } from '../../helpers/small-repository.js'

let root = ''
let base = ''
let head = ''

/** Two folders that hold the same, but for what a test changes. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rungs-compare-'))
  base = join(root, 'base')
  head = join(root, 'elsewhere/head')
  for (const dir of [base, head]) write(join(dir, 'server.js'), 'serve()')
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function arm(side: 'base' | 'head', dir: string): Arm {
  const origin = { kind: 'folder', dir, commit: null, dirty: false } as const
  return { side, origin, title: dir, dir, digest: null, builtBy: [], cached: false }
}

async function compare(changes: Partial<CompareChoices> = {}) {
  const compared = await compareArms(
    { base: arm('base', base), head: arm('head', head) },
    {
      artefacts: null,
      ignore: null,
      own: { out: join(head, 'reports'), others: [] },
      declared: { projectDir: head, config: null, files: [] },
      signal: new AbortController().signal,
      ...changes,
    },
  )
  if (compared === null) throw new Error('not compared')
  return { ...compared.identity, digests: compared.digests }
}

const inBoth = (make: (dir: string) => void): void => [base, head].forEach(make)

describe('compareArms', () => {
  it('gives the same digest to the same, wherever it lies, and another to another', async () => {
    const { same, digests } = await compare()
    expect(same).toBe(true)
    expect(digests.head).toBe(digests.base)
    write(join(head, 'server.js'), 'slow()')
    expect(await compare()).toMatchObject({ same: false, differing: { count: 1, sample: ['server.js'] } })
    const changed = (await compare()).digests
    expect(changed.base).toBe(digests.base)
    expect(changed.head).not.toBe(digests.head)
  })

  it('takes the place of each side for no difference: in scripts, and in links by their whole path', async () => {
    inBoth((dir) => {
      write(join(dir, 'node_modules/.bin/x'), `#!/bin/sh\nNODE_PATH="${dir}/node_modules" exec node`)
      symlinkSync(join(dir, 'server.js'), join(dir, 'main.js'))
      symlinkSync('.', join(dir, 'current'))
    })
    expect(await compare()).toMatchObject({ same: true })
    write(join(head, 'node_modules/.bin/x'), `#!/bin/sh\nNODE_PATH="${head}/other" exec node`)
    expect((await compare()).differing.sample).toEqual(['node_modules/.bin/x'])
  })

  it('does not take a name that merely begins like a place for it', async () => {
    write(join(base, 'paths'), `${base}-other/x`)
    write(join(head, 'paths'), `${head}-other/x`)
    expect((await compare()).differing.sample).toEqual(['paths'])
  })

  it('follows links that lead out, and into what is left out', async () => {
    for (const [name, dir] of [
      ['one', base],
      ['two', head],
    ] as const) {
      write(join(root, name, 'lib/index.js'), 'export {}')
      symlinkSync(join(root, name, 'lib'), join(dir, 'lib'))
      write(join(dir, 'README.md'), 'the same')
      symlinkSync('README.md', join(dir, 'page.md'))
    }
    expect(await compare()).toMatchObject({ same: true })
    write(join(root, 'two/lib/index.js'), 'slow()')
    write(join(head, 'README.md'), 'another')
    expect(await compare()).toMatchObject({
      differing: { sample: ['lib/index.js', 'page.md'] },
      leftOut: { sample: ['README.md'] },
    })
  })

  it('compares what it cannot read as different, and takes no folder for what its name says', async () => {
    inBoth((dir) => {
      for (const name of ['docs', 'test', 'coverage', 'reports', 'node_modules/.cache/tool', 'lib/.git'])
        write(join(dir, name, 'code.js'), 'code()')
    })
    expect(await compare()).toMatchObject({ same: true })
    for (const name of ['docs', 'test', 'coverage', 'reports', 'node_modules/.cache/tool', 'lib/.git'])
      write(join(head, name, 'code.js'), 'slow()')
    expect((await compare()).differing.count).toBe(6)
    const socket = createServer().listen(join(head, 'control.sock'))
    await new Promise((done) => socket.once('listening', done))
    mkdirSync(join(head, 'uploads'))
    const { differing } = await compare()
    socket.close()
    expect(differing.sample).toContain('control.sock (head only)')
    expect(differing.sample).toContain('uploads/ (head only)')
  })

  it('leaves out rungs’ own results, and no file of the project in the same folder', async () => {
    const run = 'reports/2026-01-31T09-05-07-gate/gate.json'
    for (const name of [run, 'reports/index.html', 'reports/history/main.jsonl'])
      write(join(head, name), '{}')
    expect(await compare()).toMatchObject({ same: true })
    write(join(head, 'reports/views.py'), 'def view(): pass')
    expect((await compare()).differing.sample).toEqual(['reports/ (head only)'])
    rmSync(join(head, 'reports/views.py'))
    // A page of the project's own bears a name that rungs would give.
    git(head, 'init', '-q')
    commit(head)
    expect((await compare()).same).toBe(false)
  })

  it('counts compiled Python that is used without a look at its source', async () => {
    inBoth((dir) => write(join(dir, 'views.py'), 'pass'))
    const pyc = (flags: number) => Buffer.from([0xa7, 0x0d, 0x0d, 0x0a, flags, 0, 0, 0, 1, 2, 3])
    write(join(head, '__pycache__/views.cpython-311.pyc'), pyc(0))
    expect(await compare()).toMatchObject({ same: true })
    write(join(head, '__pycache__/views.cpython-311.pyc'), pyc(1))
    expect((await compare()).differing.sample).toEqual(['__pycache__/ (head only)'])
  })

  it('goes by artefacts alone where they are named, links from them included', async () => {
    inBoth((dir) => {
      write(join(dir, 'dist/main.js'), 'serve()')
      symlinkSync('../server.js', join(dir, 'dist/linked.js'))
    })
    write(join(head, 'other.js'), '')
    expect(await compare({ artefacts: ['dist'] })).toMatchObject({ same: true, artefacts: ['dist'] })
    write(join(head, 'server.js'), 'slow()')
    expect((await compare({ artefacts: ['dist'] })).differing.sample).toEqual(['dist/linked.js'])
    chmodSync(join(head, 'dist/main.js'), 0o755)
    expect((await compare({ artefacts: ['dist/main.js'] })).same).toBe(false)
    expect(() => requireArtefacts('base', base, ['dist', 'nothere', 'dist/x'])).toThrow(
      /^gate.artefacts: base has no nothere in .*\ngate.artefacts: base has no dist\/x in /,
    )
  })

  it('leaves out what gate.ignore names instead of the defaults', async () => {
    write(join(head, 'docs/guide.md'), 'new')
    write(join(head, 'README.md'), 'new')
    expect(await compare({ ignore: ['docs/'] })).toMatchObject({
      differing: { sample: ['README.md (head only)'] },
      leftOut: { count: 1, sample: ['docs/guide.md'] },
    })
    expect((await compare({ ignore: [] })).differing.count).toBe(2)
  })

  it('sees modules that Node finds above one side only', async () => {
    const modules = join(root, 'elsewhere/node_modules')
    mkdirSync(modules)
    expect((await compare()).differing.sample).toEqual([`${modules} (head only)`])
  })

  it('reads a large file piece by piece', async () => {
    const content = Buffer.alloc(17 * 1_048_576, 'a')
    inBoth((dir) => writeFileSync(join(dir, 'data.bin'), content))
    expect(await compare()).toMatchObject({ same: true })
    content[17 * 1_048_576 - 1] = 0
    writeFileSync(join(head, 'data.bin'), content)
    expect((await compare()).differing.sample).toEqual(['data.bin'])
  })

  it('stops when it is interrupted', async () => {
    inBoth((dir) => {
      for (let i = 0; i < 300; i++) write(join(dir, `files/${i}`), Buffer.alloc(500_000, i))
    })
    const abort = new AbortController()
    setImmediate(() => abort.abort(new Error('interrupted')))
    await expect(compare({ signal: abort.signal })).rejects.toThrow('interrupted')
  })
})
