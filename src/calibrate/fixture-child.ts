import { stopCompiling } from '../engine/process/still-process.js'
import type { FromFixture, ToFixture } from './fixture-messages.js'
import { FixtureServer } from './fixture-server.js'

/** The process of a fixture's server: does what its parent says over IPC, and ends with it. */

const server = new FixtureServer()

function tell(message: FromFixture): void {
  // The parent is gone when this fails; `disconnect` ends this process.
  process.send?.(message, undefined, undefined, () => {})
}

process.on('disconnect', () => process.exit(1))

process.on('message', async (message: ToFixture) => {
  if (message.type === 'begin') {
    server.begin(message.behaviour, message.isAwake)
    tell({ type: 'began' })
    return
  }
  tell({ type: 'truth', truth: await server.end() })
  // The first load is for warming up.
  stopCompiling()
})

tell({ type: 'listening', port: await server.listen() })
