import { UserError } from '../../words/errors.js'
import { checkColumns } from './columns.js'

const [QUOTE, LINE_FEED, RETURN] = [0x22, 0x0a, 0x0d]

/** A field: quoted, with quotes inside doubled, or anything without quotes, commas and line breaks. */
const FIELD = /"([^"]*(?:""[^"]*)*)"|([^",\r\n]*)/y

/** The records of a CSV text: where each begins and ends, in bytes. Empty lines are none. */
interface Records {
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/**
 * The rows of a CSV file, of which only the bounds are looked for: a row is read when it is asked for, so that a million
 * of them are there in a moment.
 * @throws UserError for a head line that names no columns
 */
export function csvTable(bytes: Buffer, where: string) {
  const { starts, ends } = recordsOf(bytes)
  const lineAt = (offset: number) => linesIn(bytes.toString('latin1', 0, offset)) + 1
  const fieldsAt = (record: number): string[] => {
    const start = starts[record] as number
    const text = bytes.toString('utf8', start, ends[record])
    if (!text.includes('"')) return text.split(',')
    return quotedFields(text, (before) => `${where}: line ${lineAt(start) + linesIn(before)}`)
  }
  if (starts.length === 0)
    throw new UserError(`${where}: is empty; it needs a head line with the names of its columns`)
  const columns = fieldsAt(0)
  checkColumns(columns, `${where}: line 1`)
  return {
    columns,
    count: starts.length - 1,
    row: (index: number): Record<string, string> => {
      const fields = fieldsAt(index + 1)
      if (fields.length !== columns.length) {
        const counts = `${fields.length} instead of the ${columns.length} of the head line`
        const line = lineAt(starts[index + 1] as number)
        throw new UserError(`${where}: line ${line}: has ${counts}; quote values that hold commas`)
      }
      const row: Record<string, string> = {}
      for (let i = 0; i < columns.length; i++) row[columns[i] as string] = fields[i] as string
      return row
    },
  }
}

/** A quote opens or closes; two within a quoted field do both. Line ends between quotes belong to a field. */
function recordsOf(bytes: Buffer): Records {
  const starts: number[] = []
  const ends: number[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at <= bytes.length; at++) {
    const byte = bytes[at]
    if (byte === QUOTE) isQuoted = !isQuoted
    const isEnd = byte === undefined || (!isQuoted && (byte === LINE_FEED || byte === RETURN))
    if (!isEnd) continue
    if (at > start) {
      starts.push(start)
      ends.push(at)
    }
    start = at + 1
  }
  return { starts, ends }
}

/** @param placeAfter names the line behind a part of the text */
function quotedFields(text: string, placeAfter: (before: string) => string): string[] {
  const fields: string[] = []
  for (let at = 0; ; at++) {
    FIELD.lastIndex = at
    const [whole = '', quoted, plain] = FIELD.exec(text) ?? []
    at += whole.length
    fields.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    if (at === text.length) return fields
    if (text[at] !== ',') {
      const place = placeAfter(text.slice(0, at))
      throw new UserError(`${place}: a quote in the wrong place; quote the whole value, doubling "`)
    }
  }
}

/** Line ends, CRLF being one. */
function linesIn(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0
}
