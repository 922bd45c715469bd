// Blocks as `rungs gate` measures them: both arms at once.
import { measureGate } from '../../dist/src/cli/gate/gate-measure.js'
import { resultOf } from './wiring.mjs'

/**
 * Measures so many blocks behind those that there are, and hands on each as it is done.
 * @throws UserError when an arm does not boot, dies or answers wrongly
 */
export async function measureDuetBlocks(wiring, before, count, onBlock) {
  const { invocation, reading, arms, around, world } = wiring
  const enough = new AbortController()
  let done = 0
  const progress = {
    step() {},
    end() {},
    onMeasured({ blocks }) {
      onBlock(blocks.at(-1))
      done++
      if (done === count) enough.abort(new Error('enough blocks'))
    },
  }
  const { lease } = world
  await measureGate(
    { invocation, reading, result: resultOf(wiring, before), arms, dir: lease.tempDir, progress, around },
    { ...world, signal: AbortSignal.any([world.signal, enough.signal]) },
  )
}
