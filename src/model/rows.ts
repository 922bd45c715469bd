import { UserError } from './errors.js'

/** One row of data: column name to value, all as text. */
export type Row = Readonly<Record<string, string>>

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Reads rows of data: CSV (RFC 4180 with a head line; LF or CRLF; a byte-order mark is skipped), or a JSON list of
 * objects whose values are text, numbers or booleans. All rows have the same columns, and their names fit `{{name}}`.
 * @param where the name of the file, for messages
 * @throws UserError that names the line or the row at fault
 */
export function parseRows(text: string, kind: 'csv' | 'json', where = 'data'): Row[] {
  const content = text.replace(/^\uFEFF/, '')
  const rows = kind === 'csv' ? csvRows(content, where) : jsonRows(content, where)
  if (rows.length === 0) throw new UserError(`${where}: has no rows; give it at least one`)
  return rows
}

function csvRows(text: string, where: string): Row[] {
  const [head, ...records] = csvRecords(text, where)
  if (!head) throw new UserError(`${where}: is empty; it needs a head line with the names of its columns`)
  checkNames(head.fields, `${where}: line 1`)
  return records.map(({ fields, line }) => {
    if (fields.length !== head.fields.length) {
      const counts = `${fields.length} instead of the ${head.fields.length} of the head line`
      throw new UserError(`${where}: line ${line}: has ${counts}; quote values that hold commas`)
    }
    return Object.fromEntries(head.fields.map((name, i) => [name, fields[i] as string]))
  })
}

interface CsvRecord {
  readonly fields: string[]
  /** The line that it starts on, from 1. */
  readonly line: number
}

/** A field: quoted, with quotes inside doubled, or anything without quotes, commas and line breaks. */
const FIELD = /"([^"]*(?:""[^"]*)*)"|([^",\r\n]*)/y

/** Empty lines are skipped. */
function csvRecords(text: string, where: string): CsvRecord[] {
  const records: CsvRecord[] = []
  let [at, line] = [0, 1]
  while (at < text.length) {
    const startsAt = at
    const startLine = line
    const fields: string[] = []
    for (let more = true; more; ) {
      FIELD.lastIndex = at
      const [whole = '', quoted, plain] = FIELD.exec(text) ?? []
      at += whole.length
      line += whole.split('\n').length - 1
      fields.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
      more = text[at] === ','
      if (more) at++
    }
    const isEmpty = at === startsAt
    const lineEnd = /\r\n|\n|\r|$/y
    lineEnd.lastIndex = at
    const end = lineEnd.exec(text)
    if (!end) {
      throw new UserError(
        `${where}: line ${line}: a quote in the wrong place; quote the whole value, doubling "`,
      )
    }
    at += end[0].length
    line++
    if (!isEmpty) records.push({ fields, line: startLine })
  }
  return records
}

function jsonRows(text: string, where: string): Row[] {
  let rows: unknown
  try {
    rows = JSON.parse(text)
  } catch (error) {
    throw new UserError(`${where}: is no JSON: ${(error as Error).message.split('\n', 1)[0]}`)
  }
  if (!Array.isArray(rows)) throw new UserError(`${where}: must be a JSON list of objects`)
  const names = Object.keys((rows[0] ?? {}) as object)
  return rows.map((row: unknown, index) => {
    const place = `${where}: row ${index + 1}`
    if (row === null || typeof row !== 'object' || Array.isArray(row)) {
      throw new UserError(`${place}: must be an object such as {"name": "value"}`)
    }
    if (index === 0) checkNames(names, place)
    const entries = Object.entries(row)
    if (entries.length !== names.length || names.some((name) => !Object.hasOwn(row, name))) {
      throw new UserError(`${place}: must have the columns of the first row: ${names.join(', ')}`)
    }
    return Object.fromEntries(entries.map(([name, value]) => [name, textOf(value, `${place}: ${name}`)]))
  })
}

function textOf(value: unknown, place: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw new UserError(`${place}: must be a text, a number or a boolean`)
}

function checkNames(names: readonly string[], place: string): void {
  if (names.length === 0) throw new UserError(`${place}: has no columns; give it at least one`)
  for (const [index, name] of names.entries()) {
    if (!NAME.test(name)) {
      const given = JSON.stringify(name)
      throw new UserError(
        `${place}: column ${given}: use letters, digits and _ only, so that {{name}} can name it`,
      )
    }
    if (names.indexOf(name) < index) throw new UserError(`${place}: column ${name} is there twice`)
  }
}
