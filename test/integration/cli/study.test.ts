import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../helpers/http-client.js'
import { Sandbox } from '../../helpers/rungs.js'

const WITH_COIN = resolve(import.meta.dirname, 'coin/main.mjs')

let sandbox: Sandbox
beforeEach(() => {
  sandbox = new Sandbox(WITH_COIN)
})
afterEach(() => {
  expect(sandbox.leftovers()).toEqual([])
  sandbox.remove()
})

const reports = (...names: string[]) => join(sandbox.dir, 'reports', ...names)

function kept() {
  const [folder, ...others] = readdirSync(reports()).filter((name) => name.endsWith('-coin'))
  expect(others).toEqual([])
  const record = JSON.parse(readFileSync(reports(folder ?? '', 'coin.json'), 'utf8'))
  return { folder: folder ?? '', record }
}

/** So far; 0 before there is a record. */
function keptThrows(): number {
  const folders = existsSync(reports()) ? readdirSync(reports()) : []
  const [file] = folders.map((name) => reports(name, 'coin.json')).filter(existsSync)
  return file === undefined ? 0 : JSON.parse(readFileSync(file, 'utf8')).throws.length
}

describe('a study that one line registers', () => {
  it('has settings, a table, a page, Markdown, JUnit, and a place in the report', async () => {
    const { code, stdout, stderr } = await sandbox.run(['coin', '--sure', '4'])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('2 of 4 throws were heads')
    const { folder, record } = kept()
    expect(record).toMatchObject({ kind: 'coin', state: 'completed', sure: 4, answer: 'it is fair' })
    for (const name of ['coin.html', 'coin.md'])
      expect(readFileSync(reports(folder, name), 'utf8')).toContain('2 of 4 throws were heads')

    const report = await sandbox.run(['report', '--format', 'html,junit'])
    expect(report.code, report.stderr).toBe(0)
    expect(report.stdout).toContain(join(folder, 'coin.html'))
    expect(readFileSync(reports(folder, 'coin.junit.xml'), 'utf8')).toContain('tests="1" failures="0"')
    const one = await sandbox.run(['report', folder])
    expect(one.stdout, one.stderr).toContain(join(folder, 'coin.md'))
  })

  it('takes flags and variables, tells what is wrong with them, and has help and completion', async () => {
    expect(await sandbox.run(['coin', '--sure', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: --sure x: must be a whole number from 1 to 1000/),
    })
    const { code } = await sandbox.run(['coin'], { SURE: '2', DURATION: 'not its own' })
    expect(code).toBe(0)
    expect(kept().record.throws).toHaveLength(2)
    expect((await sandbox.run(['coin', '--help'])).stdout).toMatch(
      /how many throws make it sure \(default:\s+6\)/,
    )
    expect((await sandbox.run(['__complete', '--', 'coin', '--s'])).stdout).toMatch(/^--sure\t/)
  })

  it('goes on after an interruption, under what it was asked', async () => {
    const child = sandbox.start(['coin', '--sure', '900'])
    await until(keptThrows, (throws) => throws > 0)
    child.kill('SIGINT')
    const interrupted = await child.finished
    expect(interrupted.code, interrupted.stderr).toBe(130)
    const { folder, record } = kept()
    expect(interrupted.stdout).toContain(`rungs coin --resume ${join('reports', folder)} goes on from here`)
    expect(record).toMatchObject({ state: 'interrupted', answer: null })

    const other = await sandbox.run(['coin', '--resume', '--sure', '901'])
    expect(other.stderr).toContain(`coin ${record.id}: sure was 900, now 901; keep it, or start a new coin`)
    const { code, stderr } = await sandbox.run(['coin', '--resume'])
    expect(code, stderr).toBe(0)
    const { record: ended } = kept()
    expect(ended).toMatchObject({ state: 'completed', sure: 900 })
    expect(ended.throws).toHaveLength(900)
    expect(ended.warnings).toEqual([expect.stringMatching(/^resumed at /)])
    const again = await sandbox.run(['coin', '--resume'])
    expect(again.stderr).toContain(`coin ${record.id} is completed; throw again without --resume`)
  })
})
