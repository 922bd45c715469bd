import { Generator } from './generator.js'
import type { FromGenerator, ToGenerator } from './generator-messages.js'

/** A generator process: does what its parent says over IPC, and ends with its result or with its parent. */

let generator: Generator | null = null

function tell(message: FromGenerator, then?: () => void): void {
  process.send?.(message, undefined, undefined, (error) => {
    // The parent is gone; `disconnect` ends this process.
    if (!error) then?.()
  })
}

process.on('disconnect', () => process.exit(1))

process.on('message', (message: ToGenerator) => {
  if (message.type === 'start') generator?.start()
  else if (message.type === 'stop') generator?.stop()
  else {
    generator = new Generator(message.assignment, {
      onSecond: (second, answers, connectionErrors) =>
        tell({ type: 'second', second, answers, connectionErrors }),
      onResult: (result) => tell({ type: 'result', result }, () => process.exit(0)),
    })
    tell({ type: 'ready' })
  }
})
