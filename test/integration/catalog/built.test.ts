import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { afterAll, describe, expect, it } from 'vitest'

const dir = mkdtempSync(join(tmpdir(), 'rungs-built-'))

afterAll(() => rmSync(dir, { recursive: true }))

/** Runs a program against the built modules, in a folder that has neither rungs nor anything else installed. */
async function runBuilt(program: string): Promise<unknown> {
  const { stdout } = await execa(process.execPath, ['--input-type=module', '-e', program], { cwd: dir })
  return JSON.parse(stdout)
}

function built(module: string): string {
  return JSON.stringify(pathToFileURL(resolve('dist/src', module)).href)
}

describe('the built package', () => {
  it('finds its own levels and scenarios, and reads TypeScript that imports rungs', async () => {
    writeFileSync(
      join(dir, 'rungs.config.ts'),
      `import { defineConfig } from 'rungs'
       export default defineConfig({ scenarios: [{ name: 'home' as string, title: 'Home', steps: [{ path: '/' }] }] })`,
    )
    const program = `
      const { readPlan } = await import(${built('catalog/read-plan.js')})
      const flags = { level: '0', scenario: 'simple,home' }
      const { levels, scenarios } = await readPlan({ cwd: process.cwd(), flags, env: {}, randomSeed: 1 })
      console.log(JSON.stringify({
        levels: levels.map(({ level, baseDir }) => [level.number, baseDir]),
        scenarios: scenarios.map(({ scenario, source }) => [scenario.name, source]),
      }))`
    expect(await runBuilt(program)).toEqual({
      levels: [[0, resolve('.')]],
      scenarios: [
        ['simple', 'built-in'],
        ['home', 'rungs.config.ts'],
      ],
    })
  })
})
