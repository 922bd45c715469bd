import type { Markup } from './html-escape.js'
import type { TestCase } from './junit.js'
import type { Column } from './text-table.js'

/** Where a part of a document stands. */
export type Format = 'text' | 'markdown' | 'html'

/** Colours of a terminal, classes of a page; nothing in Markdown. */
export type Tone = 'good' | 'bad' | 'warn' | 'dim' | 'strong'

export interface Said {
  readonly text: string
  readonly tone?: Tone | undefined
}

/** A cell: its text, what it means, and, where there is room below it, the details. */
export interface TonedCell extends Said {
  readonly sub?: readonly string[]
  /** Further details, of any length. */
  readonly long?: readonly string[]
  /** The command that would help. */
  readonly fix?: string | null
  /** The class of a colour before it. */
  readonly swatch?: string
  /** A figure that is not valid. */
  readonly off?: boolean
  /** Words in a column of figures. */
  readonly wrap?: boolean
  /** A name in a column of something shorter, as `DocColumn` has it of all its cells. */
  readonly shortens?: boolean
  /** Columns that it takes; 1 unless it says otherwise. */
  readonly across?: number
}
export type Cell = string | TonedCell

export interface DocColumn extends Column {
  /** Texts of any length, broken on a page wherever they must be. */
  readonly wrap?: boolean
  /** Names, which a terminal shortens where the table does not fit it. */
  readonly shortens?: boolean
  /** How a page shows the tone of a cell: `text` unless it says otherwise; `state` with a mark before it. */
  readonly shows?: 'text' | 'strong' | 'cell' | 'state'
  /** A further class of its cells on a page. */
  readonly class?: string
}

/** A row; its tone colours the whole line of a terminal. */
export interface Row {
  readonly cells: readonly Cell[]
  readonly tone?: Tone | undefined
}

export interface TableBlock {
  readonly kind: 'table'
  readonly columns: readonly DocColumn[]
  readonly rows: readonly Row[]
  /** Of its heads on a terminal. */
  readonly headTone?: Tone
}

export type Fact = readonly [name: string, value: string]

export type Block =
  | TableBlock
  /** Sentences, each on lines of its own; a terminal indents those that it breaks by two spaces unless it says otherwise. */
  | { readonly kind: 'lines'; readonly lines: readonly Said[]; readonly indent?: string }
  /** `plain`: without dots on a page, its texts of any length. */
  | { readonly kind: 'list'; readonly texts: readonly string[]; readonly plain?: boolean }
  /** What is typed, or stands as it is: never broken. */
  | { readonly kind: 'code'; readonly lines: readonly string[] }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'heading'; readonly text: string; readonly lead?: string; readonly class?: string }
  /** What a page folds away. */
  | { readonly kind: 'details'; readonly summary: string; readonly blocks: readonly Block[] }
  /** A drawing, or what no other block says: on pages alone. */
  | { readonly kind: 'drawing'; readonly drawing: Markup }

/** Blocks under one title. A terminal prints them without a blank line between. */
export interface DocSection {
  /** Of the section on a page, for links. */
  readonly id?: string
  readonly title?: string
  readonly lead?: string
  readonly blocks: readonly Block[]
  /** Everywhere unless given. */
  readonly in?: readonly Format[]
}

/** A result as it is told, in any format. The head comes first on a page and in Markdown; a terminal has it where a section says it. */
export interface Doc {
  /** `capacity`, which made the result. */
  readonly command: string
  readonly title: Said & {
    /** Names of any length in it are broken on a page. */
    readonly wrap?: boolean
    /** In the browser's title. */
    readonly window: string
  }
  /** What came of it, in a word or two. */
  readonly verdict?: Said
  /** The same in a sentence. */
  readonly answer?: string
  readonly remarks?: readonly string[]
  /** When and where. */
  readonly meta?: readonly string[]
  /** A sentence below when and where. */
  readonly about?: string
  readonly findings?: readonly string[]
  readonly cautions?: readonly string[]
  readonly sections: readonly DocSection[]
  /** When it was measured, and for how long; its cases, or without them its verdict as the only one. Null where nothing is judged. */
  readonly suite: {
    readonly startedAt: string
    readonly seconds: number
    readonly cases?: readonly TestCase[]
  } | null
  /** Of a kind whose Markdown has limits of its own. */
  readonly markdown?: string
  /** Columns of a terminal that it fits; 80 unless given. */
  readonly width?: number
  /** The id of the section that keyboards can go to first, and what it is called. */
  readonly main: readonly [id: string, name: string]
  readonly style: string
  /** What it was made from: `the search’s result file`. */
  readonly source: string
  /** Of rungs. */
  readonly version: string
}

export function lines(...texts: readonly string[]): Block {
  return { kind: 'lines', lines: texts.map((text) => ({ text })) }
}

export function code(texts: readonly string[]): Block {
  return { kind: 'code', lines: texts }
}

/** Columns of figures. */
export function figures(...heads: readonly string[]): DocColumn[] {
  return heads.map((head) => ({ head, align: 'right' }))
}

/** A table whose cells have no tone of their own. */
export function table(columns: readonly DocColumn[], rows: readonly (readonly Cell[])[]): TableBlock {
  return { kind: 'table', columns, rows: rows.map((cells) => ({ cells })) }
}

/** What a terminal ends with: the answer, the remarks, and the cautions as notes. */
export function closing({ answer, remarks = [], cautions = [] }: Partial<Doc>): DocSection {
  const texts = [...(answer === undefined ? [] : [answer]), ...remarks, ...cautions.map(noteText)]
  return { in: ['text'], blocks: [lines(...texts)] }
}

export function noteText(caution: string): string {
  return `Note: ${caution}${caution.endsWith('.') ? '' : '.'}`
}

/** The sections of a format. */
export function sectionsIn({ sections }: Pick<Doc, 'sections'>, format: Format): DocSection[] {
  return sections.filter((one) => one.in?.includes(format) ?? true)
}
