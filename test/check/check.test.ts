import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { it } from 'vitest'

const run = promisify(execFile)

it.concurrent.for([
  ['lint', 'biome', 'check', '.'],
  ['types', 'tsc', '-p', 'tsconfig.test.json'],
])('%s', async ([, program, ...args]) => {
  await run(`node_modules/.bin/${program}`, args).catch(({ stdout, stderr }) => {
    throw new Error(`${stdout}${stderr}`)
  })
})
