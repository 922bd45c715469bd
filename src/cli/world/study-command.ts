import { join } from 'node:path'
import type { KindedRecord } from '../../records/kinds.js'
import type { Found } from '../../records/results.js'
import { type Told, type ToldKind, told } from '../../report/site/told.js'
import { ExitCode } from '../../words/exit-codes.js'
import type { Invocation } from '../terminal/invocation.js'
import { goOnText, resumed } from './resume.js'
import { tellBeside } from './write-page.js'

/** What a study is to the command line: how it is measured, what is told of it, and how it exits. */
export interface StudyCommand<R extends KindedRecord> extends ToldKind<R> {
  /** Measures, or goes on with what is stored. */
  measure(
    invocation: Invocation,
    stored: Found<R> | null,
  ): Promise<{ readonly result: R; readonly dir: string }>
  /** Of a record that was not interrupted. */
  exit(record: R): ExitCode
}

/** A study, whatever its records hold. */
export interface LoadedStudy {
  readonly told: Told
  run(invocation: Invocation): Promise<ExitCode>
}

/** A study as a command: `--resume`, the document on the terminal and beside its result file, the exit code. */
export function asCommand<R extends KindedRecord>(study: StudyCommand<R>): LoadedStudy {
  return { told: told(study), run: (invocation) => run(study, invocation) }
}

async function run<R extends KindedRecord>(study: StudyCommand<R>, given: Invocation): Promise<ExitCode> {
  const { kind } = study
  const { invocation, stored } = await resumed(kind, given)
  const { output, cwd } = invocation
  const { result, dir } = await study.measure(invocation, stored)
  await tellBeside(invocation, study.tell(result), dir, join(dir, kind.file))
  const isInterrupted = result.state === 'interrupted'
  if (isInterrupted) output.print(goOnText(kind.name, dir, cwd))
  output.result(result)
  return isInterrupted ? ExitCode.Interrupted : study.exit(result)
}
