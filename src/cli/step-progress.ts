import type { Output } from './output.js'

/** What is being done now: one line that is redrawn on a terminal, plain lines elsewhere. `end` leaves the terminal clean. */
export function stepProgress(output: Output): { step(text: string): void; end(): void } {
  let drawn = false
  return {
    step(text) {
      if (!output.interactive) {
        output.note(text)
        return
      }
      const width = (process.stderr.columns || 80) - 1
      process.stderr.write(`\r\x1b[2K${text.slice(0, width)}`)
      drawn = true
    },
    end() {
      if (drawn) process.stderr.write('\r\x1b[2K')
      drawn = false
    },
  }
}
