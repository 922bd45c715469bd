import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const dir = mkdtempSync(join(tmpdir(), 'rungs-cjs-'))
afterAll(() => rmSync(dir, { recursive: true }))

const CONFIG = `import { defineConfig } from 'rungs'
export default defineConfig({ scenarios: [{ name: 'home', title: 'Home', steps: [{ path: PATH }] }] })
`

it('types rungs.config.ts in a project on CommonJS, whose own build it must not break', () => {
  mkdirSync(join(dir, 'node_modules'))
  symlinkSync(process.cwd(), join(dir, 'node_modules/rungs'))
  writeFileSync(join(dir, 'package.json'), '{"name":"shop"}')
  const compilerOptions = { module: 'node16', noEmit: true, types: [], skipLibCheck: true, strict: true }
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
  const check = (path: string) => {
    writeFileSync(join(dir, 'rungs.config.ts'), CONFIG.replace('PATH', path))
    return execFileSync(join(process.cwd(), 'node_modules/.bin/tsc'), ['-p', dir], { encoding: 'utf8' })
  }
  expect(check("'/'")).toBe('')
  expect(() => check('7')).toThrow()
})
