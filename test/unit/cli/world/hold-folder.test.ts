import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { holding } from '../../../../src/cli/world/hold-folder.js'
import { ownProcess, readProcess } from '../../../../src/launch/lease/processes.js'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'rungs-held-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('lets one process at a time measure into a folder, and leaves no mark', async () => {
  const found = await holding(dir, async () => {
    await expect(holding(dir, async () => 'both')).rejects.toThrow(
      `${dir}: process ${process.pid} is measuring into it; wait until it has ended, or end it`,
    )
    return existsSync(join(dir, '.measuring'))
  })
  expect(found).toBe(true)
  await expect(holding(dir, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(readdirSync(dir)).toEqual([])
})

it('takes over what a process that is gone left, and what nobody can read', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const start = readProcess(child.pid!)?.start
  child.kill('SIGKILL')
  await new Promise((done) => child.on('exit', done))
  writeFileSync(join(dir, '.measuring'), JSON.stringify({ pid: child.pid, start }))
  expect(await holding(dir, async () => 1)).toBe(1)
  writeFileSync(join(dir, '.measuring'), JSON.stringify({ ...ownProcess(), start: 'long ago' }))
  expect(await holding(dir, async () => 2)).toBe(2)
  writeFileSync(join(dir, '.measuring'), '{"pid":')
  expect(await holding(dir, async () => 3)).toBe(3)
})
