import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { resultProblems } from '../../model/schema/result-problems.js'
import { GATE_VERSION, GateResult } from '../../model/studies/gate.js'
import { decodeHistogram } from '../../stats/estimate/histogram.js'
import { codeOf, messageOf } from '../../words/errors.js'
import { namesIn } from '../files/read-result.js'

/** A gate, or why the file cannot be used, in one line; both null where there is no such file. */
export type ReadGate =
  | { readonly gate: GateResult; readonly problem: null }
  | { readonly gate: null; readonly problem: string | null }

/** Reads what `rungs gate` wrote. */
export async function readGate(file: string): Promise<ReadGate> {
  const unusable = (why: string): ReadGate => ({
    gate: null,
    problem: `${file}: ${why.replace(/\s+/g, ' ').slice(0, 200)}`,
  })
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const none = codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR'
    return none ? { gate: null, problem: null } : unusable(`cannot be read: ${messageOf(error)}`)
  }
  try {
    const value: unknown = JSON.parse(text)
    const [first] = await resultProblems(GateResult, GATE_VERSION, value, 'gate')
    if (first !== undefined) return unusable(first)
    const gate = value as GateResult
    const broken = brokenHistogram(gate)
    return broken === null ? { gate, problem: null } : unusable(broken)
  } catch (error) {
    return unusable(
      text.trim() === ''
        ? 'is empty; run the gate again'
        : `is cut off or not JSON: ${messageOf(error)}; run the gate again`,
    )
  }
}

/** What a schema cannot see: a histogram that does not decode. */
function brokenHistogram({ blocks }: GateResult): string | null {
  for (const { index, cells } of blocks) {
    for (const { latency } of cells) {
      for (const { histogram } of latency === null ? [] : [latency.base, latency.head]) {
        if (histogram === '') continue
        try {
          decodeHistogram(histogram)
        } catch {
          return `is damaged: a histogram of block ${index} cannot be decoded; run the gate again`
        }
      }
    }
  }
  return null
}

export interface ReadGates {
  /** Newest first. */
  readonly gates: readonly GateResult[]
  /** A line for each result file that was left out. */
  readonly problems: readonly string[]
}

/** The gates of a reports folder, `*-gate/gate.json`. */
export async function readGates(dir: string): Promise<ReadGates> {
  const names = await namesIn(dir)
  const read = await Promise.all(
    names.filter((name) => name.endsWith('-gate')).map((name) => readGate(join(dir, name, 'gate.json'))),
  )
  return {
    gates: read
      .flatMap(({ gate }) => (gate === null ? [] : [gate]))
      .sort((a, b) => (b.startedAt + b.id < a.startedAt + a.id ? -1 : 1)),
    problems: read.flatMap(({ problem }) => (problem === null ? [] : [`left out: ${problem}`])),
  }
}
