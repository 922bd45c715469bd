import { stripVTControlCharacters } from 'node:util'
import { cut } from '../words/format.js'

/** A column: heads and cells are padded to its widest text. */
export interface Column {
  readonly head: string
  readonly align: 'left' | 'right'
  /** The columns that may be left out where there is no room for all, from 1 on. */
  readonly spare?: number
}

/** Colours for a terminal; a function each, which gives the text back unchanged where colour is off. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly yellow: (text: string) => string
  readonly green: (text: string) => string
  readonly cyan: (text: string) => string
}

/** Columns side by side, two spaces between them; every line ends without spaces. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ head }, index) =>
    Math.max(widthOf(head), ...rows.map((row) => widthOf(row[index] ?? ''))),
  )
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => {
        const text = cells[index] ?? ''
        const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - widthOf(text)))
        return align === 'right' ? gap + text : text + gap
      })
      .join('  ')
      .trimEnd()
  return [line(columns.map((column) => column.head)), ...rows.map(line)]
}

/** Names are not cut to less than this while a column is left that can be spared. */
const READABLE = 10

/** A table of at most `width` columns: names are given as much room as the figures leave them. */
export function fittingTable(
  columns: readonly Column[],
  rowsOf: (nameWidth: number) => readonly (readonly string[])[],
  width: number,
): string[] {
  const spares = columns.flatMap(({ spare }) => spare ?? []).sort((a, b) => a - b)
  for (let nameWidth = 14; ; nameWidth--) {
    const spared = nameWidth < READABLE ? spares.shift() : undefined
    if (spared !== undefined) {
      const kept = columns.flatMap((column, index) => (column.spare === spared ? [] : [index]))
      return fittingTable(
        kept.flatMap((index) => columns[index] ?? []),
        (most) => rowsOf(most).map((row) => kept.map((index) => row[index] ?? '')),
        width,
      )
    }
    const lines = textTable(columns, rowsOf(nameWidth))
    if (nameWidth <= 4 || lines.every((line) => widthOf(line) <= width))
      return lines.map((line) => cut(line, width))
  }
}

/** Shortens to `width` columns with an ellipsis; control characters, which could move the cursor, become `?`. */
export function shorten(text: string, width: number): string {
  return cut(plain(text), width)
}

/** Text on one line without control characters. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
  return text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '?')
}

/** Breaks text into lines of at most `width`, the further ones indented. */
export function wrap(text: string, width: number, indent: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of plain(text)
    .split(' ')
    .flatMap((each) => pieces(each, width - indent.length))) {
    const next = line === '' ? word : `${line} ${word}`
    if (line.trim() !== '' && widthOf(next) > width) {
      lines.push(line)
      line = indent + word
    } else line = next
  }
  return [...lines, line]
}

function pieces(word: string, width: number): string[] {
  const characters = [...word]
  return Array.from({ length: Math.max(1, Math.ceil(characters.length / width)) }, (_, index) =>
    characters.slice(index * width, (index + 1) * width).join(''),
  )
}

/** Columns that a text takes; colours take none. */
export function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length
}

/** As `shorten`, of text with colours: what is cut loses them. */
export function shortenPainted(text: string, width: number): string {
  return widthOf(text) <= width ? text : shorten(stripVTControlCharacters(text), width)
}
