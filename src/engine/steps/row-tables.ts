import { readFileSync } from 'node:fs'
import { type RowFile, type RowTable, readRows } from '../../model/data/rows.js'

const tables = new Map<string, RowTable>()

/** The rows of a file, read once: both loads of a duet may ask for them. */
export function tableOf({ file, kind }: RowFile): RowTable {
  const known = tables.get(file)
  if (known) return known
  const table = readRows(readFileSync(file), kind, file)
  tables.set(file, table)
  return table
}
