import { relative } from 'node:path'
import { ExitCode } from '../../model/exit-codes.js'
import { readNamedRuns, scanRuns } from '../../report/read-runs.js'
import { writeReport } from '../../report/write-report.js'
import type { Invocation } from '../invocation.js'
import { makeResultsFolder, resultsFolder } from '../results-folder.js'
import { sweepFirst } from '../sweep-first.js'

/**
 * `rungs report`: a page over all runs of a folder, or over those named. A calibration that cannot be used is left out of
 * it, and makes the exit code that of a wrong environment.
 */
export async function report(invocation: Invocation): Promise<ExitCode> {
  const { args, cwd, output } = invocation
  const dir = await resultsFolder(invocation)
  await sweepFirst(invocation)
  const { runs, problems } =
    args.length > 0 ? { runs: await readNamedRuns(dir, args), problems: [] } : await scanRuns(dir)
  for (const problem of problems) output.warn(problem)
  await makeResultsFolder(dir)
  const { files, notes, calibrationProblem } = await writeReport({ runs, problems, outDir: dir, png: true })
  if (calibrationProblem !== null) output.warn(calibrationProblem)
  for (const note of notes) output.note(note)
  output.result({ runs: runs.map(({ id }) => id), files, notes })
  for (const file of files) output.print(shown(file, cwd))
  return calibrationProblem === null ? ExitCode.Ok : ExitCode.Usage
}

function shown(file: string, cwd: string): string {
  const path = relative(cwd, file)
  return path.startsWith('..') ? file : path
}
