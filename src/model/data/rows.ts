import { UserError } from '../../words/errors.js'
import { checkColumns } from './columns.js'
import { csvTable } from './csv.js'
import { isValue, parseJson, type Value } from './json.js'
import { utf8Problem } from './utf8.js'

/** One row of data, by column: texts of CSV; texts, numbers and booleans of JSON, as they are written. */
export type Row = Readonly<Record<string, Value>>

/** Rows of a file, read one by one. */
export interface RowTable {
  readonly columns: readonly string[]
  readonly count: number
  /** @throws UserError where the row is malformed; never after `checkRows` */
  row(index: number): Row
}

/** A file of data that was looked through: who needs its rows reads them from there. */
export interface RowFile {
  readonly file: string
  readonly kind: RowKind
  readonly columns: readonly string[]
}

export type RowKind = 'csv' | 'json'

/**
 * Reads rows of data: CSV (RFC 4180 with a head line; LF or CRLF), or a JSON list of objects whose values are text,
 * numbers or booleans; UTF-8, a byte-order mark is skipped. All rows have the same columns, and their names fit
 * `{{name}}`.
 * @param where the name of the file, for messages
 * @throws UserError that names the line or the row at fault; rows of CSV are looked at when they are asked for
 */
export function readRows(bytes: Buffer, kind: RowKind, where = 'data'): RowTable {
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const content = isMarked ? bytes.subarray(3) : bytes
  const table = kind === 'csv' ? csvTable(content, where) : jsonTable(content, where)
  if (table.count === 0) throw new UserError(`${where}: has no rows; give it at least one`)
  return table
}

/** Reads rows and looks at every one of them. @throws UserError as `readRows` */
export function checkedRows(bytes: Buffer, kind: RowKind, where = 'data'): RowTable {
  const problem = utf8Problem(bytes)
  if (problem) throw new UserError(`${where}: ${problem}`)
  const table = readRows(bytes, kind, where)
  for (let index = 0; index < table.count; index++) table.row(index)
  return table
}

function jsonTable(bytes: Buffer, where: string): RowTable {
  const rows = parsed(bytes, where)
  if (!Array.isArray(rows)) throw new UserError(`${where}: must be a JSON list of objects`)
  const columns = Object.keys((rows[0] ?? {}) as object)
  return {
    columns,
    count: rows.length,
    row: (index) => {
      const place = `${where}: row ${index + 1}`
      const row: unknown = rows[index]
      if (row === null || typeof row !== 'object' || Array.isArray(row)) {
        throw new UserError(`${place}: must be an object such as {"name": "value"}`)
      }
      if (index === 0) checkColumns(columns, place)
      if (Object.keys(row).length !== columns.length || columns.some((name) => !Object.hasOwn(row, name))) {
        throw new UserError(`${place}: must have the columns of the first row: ${columns.join(', ')}`)
      }
      for (const [name, value] of Object.entries(row)) {
        if (!isValue(value)) throw new UserError(`${place}: ${name}: must be a text, a number or a boolean`)
      }
      return row as Row
    },
  }
}

function parsed(bytes: Buffer, where: string): unknown {
  try {
    return parseJson(bytes.toString(), 'exact')
  } catch (error) {
    throw new UserError(`${where}: is no JSON: ${(error as Error).message.split('\n', 1)[0]}`)
  }
}
