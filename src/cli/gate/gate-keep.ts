import { appendFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { GateChoices } from '../../config/gate-settings.js'
import { baselineOf, compareBaseline } from '../../gate/baseline.js'
import { historyEntry, pinOf } from '../../gate/history-entry.js'
import { resultProblems } from '../../model/schema/result-problems.js'
import type { GateResult } from '../../model/studies/gate.js'
import { GateBaseline } from '../../model/studies/gate-baseline.js'
import { parsedJson, textOf } from '../../records/read-record.js'
import { replaceFile } from '../../records/replace-file.js'
import { HISTORY_FOLDER, otherBase, parseHistory } from '../../report/history/read-history.js'
import { codeOf, messageOf, UserError } from '../../words/errors.js'
import { makeFolders } from '../world/results-folder.js'
import type { Origins } from './gate-arms.js'

/** What a gate stands beside other than its base, and where it is kept beside its folder. */
export interface Keeping {
  readonly baseline: GateBaseline | null
  /** Series file. */
  readonly record: string | null
}

/**
 * Reads the stored baseline and checks the series file, before anything is built or measured.
 * @param out the results folder
 * @throws UserError with all that is wrong with either
 */
export async function readKeeping(
  choices: GateChoices,
  origins: Origins,
  cwd: string,
  out: string,
): Promise<Keeping> {
  const read = await Promise.allSettled([
    choices.baseline === null ? null : readBaseline(resolve(cwd, choices.baseline)),
    choices.record === false ? null : checkRecord(choices.record, choices.base ?? '', origins, cwd, out),
  ])
  const problems: string[] = []
  for (const one of read) {
    if (one.status === 'fulfilled') continue
    if (!(one.reason instanceof UserError)) throw one.reason
    problems.push(...one.reason.problems)
  }
  if (problems.length > 0) throw new UserError(problems)
  const [baseline, record] = read
  return {
    baseline: baseline.status === 'fulfilled' ? baseline.value : null,
    record: record.status === 'fulfilled' ? record.value : null,
  }
}

async function readBaseline(file: string): Promise<GateBaseline> {
  const text = await textOf(file).catch((error: unknown) => {
    throw new UserError(`--baseline ${file}: ${messageOf(error)}`, undefined, { cause: error })
  })
  if (text === null)
    throw new UserError(`--baseline ${file}: there is no such file; rungs gate --save-baseline makes one`)
  const { value, problem } = parsedJson(text)
  const problems = problem === null ? await resultProblems(GateBaseline, value) : [problem]
  if (problems.length > 0) throw new UserError(problems.map((problem) => `--baseline ${file}: ${problem}`))
  return value as GateBaseline
}

async function checkRecord(
  choice: true | string,
  name: string,
  origins: Origins,
  cwd: string,
  out: string,
): Promise<string> {
  const pin = pinOf(name, origins.base)
  if ('reason' in pin) throw new UserError(`--record: ${pin.reason}`)
  const file =
    choice === true
      ? join(out, HISTORY_FOLDER, `${name.replace(/[^\w.-]+/g, '-')}.jsonl`)
      : resolve(cwd, choice)
  const text = await textOf(file).catch((error: unknown) => {
    throw new UserError(`--record ${file}: cannot be read (${codeOf(error)})`, undefined, { cause: error })
  })
  if (text === null || text === '') return file
  const { entries, problems } = await parseHistory(`--record ${file}`, text)
  const held = entries[0]?.base
  const other = held === undefined ? null : otherBase(held, pin)
  const all = [...problems, ...(other ?? []).map((problem) => `--record ${file}: ${problem}`)]
  if (all.length > 0) throw new UserError(all)
  return file
}

/** With what the stored baseline warns of, or why it does not compare: never more than a warning. */
export function besideBaseline(result: GateResult, { baseline }: Keeping, choices: GateChoices): GateResult {
  if (baseline === null || result.blocks.length === 0) return result
  const now = baselineOf(result, 'head')
  const { refused, warnings } = compareBaseline(baseline, now, {
    threshold: choices.threshold,
    force: choices.forceBaseline,
  })
  const refusal = refused.map((text) => `not compared: ${text} (--force-baseline compares all the same)`)
  const said = [...refusal, ...warnings].filter((text) => !result.warnings.includes(text))
  return { ...result, warnings: [...result.warnings, ...said] }
}

/**
 * Keeps what is to be kept: a line each of what was written where, or why not.
 * @throws UserError when a file cannot be written
 */
export async function keep(
  result: GateResult,
  { record }: Keeping,
  { saveBaseline }: GateChoices,
  cwd: string,
): Promise<string[]> {
  const lines: string[] = []
  if (record !== null) {
    const made = historyEntry(result)
    if ('reason' in made) lines.push(`not recorded: ${made.reason}`)
    else {
      await written('--record', record, () =>
        appendFile(record, `${JSON.stringify(made.entry)}\n`, { flush: true }),
      )
      lines.push(`recorded in ${record}; rungs history draws it`)
    }
  }
  if (saveBaseline !== null) {
    const file = resolve(cwd, saveBaseline)
    if (result.blocks.length === 0) lines.push('no baseline saved: nothing was measured')
    else {
      const text = `${JSON.stringify(baselineOf(result, 'head'), null, 2)}\n`
      await written('--save-baseline', file, () => replaceFile(file, text))
      lines.push(`baseline saved in ${file}`)
    }
  }
  return lines
}

async function written(flag: string, file: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await makeFolders(dirname(file))
    await write()
  } catch (error) {
    throw new UserError(`${flag} ${file}: cannot be written (${codeOf(error)})`, undefined, { cause: error })
  }
}
