import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it } from 'vitest'
import { MAIN } from '../../helpers/rungs.js'

it('help ends in silence when its reader has gone', async () => {
  const child = spawn(process.execPath, [MAIN, 'run', '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
  child.stdout.destroy()
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  const [code] = await once(child, 'close')
  expect([code, stderr]).toEqual([0, ''])
})
