import { shortenPainted } from '../../markup/text-table.js'

/** Lines at the end of a terminal that are drawn over and over; on anything else it draws nothing. */
export class Redraw {
  readonly #write: (text: string) => void
  readonly #columns: () => number
  #drawn = 0

  /**
   * @param columns of the terminal, at this moment
   */
  constructor(write: (text: string) => void, columns: () => number) {
    this.#write = write
    this.#columns = columns
  }

  /** Draws over what was drawn last. A line that the terminal would wrap could not be drawn over: it is cut. */
  draw(lines: readonly string[]): void {
    const width = Math.max(10, this.#columns() - 1)
    const text = lines.map((line) => `${shortenPainted(line, width)}\x1b[K`).join('\n')
    this.#write(`${this.#toStart()}${text}\x1b[J`)
    this.#drawn = lines.length
  }

  clear(): void {
    if (this.#drawn > 0) this.#write(`${this.#toStart()}\x1b[J`)
    this.#drawn = 0
  }

  #toStart(): string {
    return this.#drawn > 1 ? `\r\x1b[${this.#drawn - 1}A` : '\r'
  }
}

let onStderr: Redraw | null = null

/** On stderr, where progress goes. */
export function redrawStderr(): Redraw {
  onStderr = new Redraw(
    (text) => process.stderr.write(text),
    () => process.stderr.columns || 80,
  )
  return onStderr
}

/** Before anything else is written to the terminal: it would stand in the midst of what is drawn. */
export function clearDrawn(): void {
  onStderr?.clear()
}
