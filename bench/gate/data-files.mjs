// The raw data: a file of JSON lines for each case and mode; a `batch` line tells of the blocks behind it.
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const DATA = resolve(process.env.RUNGS_CAMPAIGN_DATA || join(import.meta.dirname, 'data'))

export const CALIBRATIONS = join(DATA, 'calibration.jsonl')
export const TRUTHS = join(DATA, 'truth.jsonl')
export const COMPLETE_RUNS = join(DATA, 'complete-runs.jsonl')

const NEWLINE = 10

/** @param mode `duet` or `in-turn` */
export function blocksFile(name, mode) {
  return join(DATA, `${name}.${mode}.jsonl`)
}

/** All lines of a file; none where there is no such file. A last line that a crash cut short is left out. */
export function readLines(file) {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, index) => {
    if (line === '') return []
    try {
      return [JSON.parse(line)]
    } catch (error) {
      if (index === lines.length - 1) return []
      throw new Error(`${file}, line ${index + 1}: ${error.message}`)
    }
  })
}

/** Adds a line; one that a crash cut short is dropped first. */
export function append(file, value) {
  mkdirSync(DATA, { recursive: true })
  const text = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
  const whole = text.lastIndexOf(NEWLINE) + 1
  if (whole < text.length) truncateSync(file, whole)
  appendFileSync(file, `${JSON.stringify(value)}\n`)
}

/** The batches and all blocks of a case, in the order in which they were measured. */
export function readBlocks(name, mode) {
  const lines = readLines(blocksFile(name, mode))
  return {
    batches: lines.filter(({ kind }) => kind === 'batch'),
    blocks: lines.flatMap((line) => (line.kind === 'block' ? [line.block] : [])),
  }
}

/** Measured truths of a case at a level and scenario. */
export function readTruths(name, level, scenario) {
  const all = readLines(TRUTHS)
  return all.filter((each) => each.case === name && each.level === level && each.scenario === scenario)
}
