import type { Output } from './output.js'
import { redrawStderr } from './redraw.js'

/** What is being done now: one line that is redrawn on a terminal, plain lines elsewhere. `end` leaves the terminal clean. */
export function stepProgress(output: Output): { step(text: string): void; end(): void } {
  const redraw = redrawStderr()
  return {
    step(text) {
      if (output.interactive) redraw.draw([text])
      else output.note(text)
    },
    end: () => redraw.clear(),
  }
}
