import {
  type Block,
  type Doc,
  sectionsIn,
  type TableBlock,
  type Tone,
  type TonedCell,
} from '../../markup/doc.js'
import { paint } from '../../markup/paint.js'
import { fittingTable, type Paint, shorten, textTable, wrap } from '../../markup/text-table.js'

/** Columns of a terminal that a document fits unless it says otherwise. */
const WIDTH = 80

interface Terminal {
  readonly colours: Paint
  readonly width: number
}

/** A document for a terminal: sections with a blank line between them. */
export function renderText(
  doc: Pick<Doc, 'sections' | 'width'>,
  { colour = false }: { colour?: boolean } = {},
): string {
  const terminal = { colours: paint(colour), width: doc.width ?? WIDTH }
  return sectionsIn(doc, 'text')
    .map(({ title, blocks }) => [
      ...(title === undefined ? [] : said(title, 'strong', '  ', terminal)),
      ...blocks.flatMap((block) => linesOf(block, terminal)),
    ])
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

function linesOf(block: Block, terminal: Terminal): string[] {
  switch (block.kind) {
    case 'table':
      return tableLines(block, terminal)
    case 'lines':
      return block.lines.flatMap(({ text, tone }) => said(text, tone, block.indent ?? '  ', terminal))
    case 'list':
      return block.texts.flatMap((text) => wrap(text, terminal.width - 2, '  ').map(indented))
    case 'code':
      return block.lines.map(indented)
    case 'facts': {
      const longest = Math.max(0, ...block.facts.map(([name]) => name.length))
      return block.facts.map(([name, value]) => `  ${name.padEnd(longest)}  ${value}`)
    }
    case 'heading':
      return said(block.text, 'strong', '  ', terminal)
    case 'details':
      return block.blocks.flatMap((inner) => linesOf(inner, terminal))
    case 'drawing':
      return []
  }
}

function indented(line: string): string {
  return `  ${line}`
}

function said(text: string, tone: Tone | undefined, indent: string, { colours, width }: Terminal): string[] {
  return wrap(text, width, indent).map(painter(tone, colours))
}

/** What is below a cell on a page has no room here. */
function tableLines({ columns, rows, headTone }: TableBlock, { colours, width }: Terminal): string[] {
  const cells = (most: number | null) =>
    rows.map((row) =>
      row.cells.map((cell, index) => {
        const { text, shortens = columns[index]?.shortens }: TonedCell =
          typeof cell === 'string' ? { text: cell } : cell
        return most !== null && shortens ? shorten(text, most) : text
      }),
    )
  const fits = columns.some(({ shortens }) => shortens)
  const all = fits ? fittingTable(columns, cells, width) : textTable(columns, cells(null))
  return all.map((line, index) => painter(index === 0 ? headTone : rows[index - 1]?.tone, colours)(line))
}

function painter(tone: Tone | undefined, { green, red, yellow, dim, bold }: Paint): (text: string) => string {
  const tones = { good: green, bad: red, warn: yellow, dim, strong: bold }
  return tone === undefined ? (text) => text : tones[tone]
}
