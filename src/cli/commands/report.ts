import { relative } from 'node:path'
import { ExitCode } from '../../model/exit-codes.js'
import { readNamedRuns, scanRuns } from '../../report/read-runs.js'
import { writeReport } from '../../report/write-report.js'
import type { Invocation } from '../invocation.js'
import { resultsFolder } from '../results-folder.js'
import { sweepFirst } from '../sweep-first.js'

/** `rungs report`: a page over all runs of a folder, or over those named. */
export async function report(invocation: Invocation): Promise<ExitCode> {
  const { args, cwd, output } = invocation
  const dir = await resultsFolder(invocation)
  await sweepFirst(invocation)
  const { runs, problems } =
    args.length > 0 ? { runs: await readNamedRuns(dir, args), problems: [] } : await scanRuns(dir)
  for (const problem of problems) output.warn(problem)
  const { files, notes } = await writeReport({ runs, problems, outDir: dir, png: true })
  for (const note of notes) output.note(note)
  output.result({ runs: runs.map(({ id }) => id), files, notes })
  for (const file of files) output.print(shown(file, cwd))
  return ExitCode.Ok
}

function shown(file: string, cwd: string): string {
  const path = relative(cwd, file)
  return path.startsWith('..') ? file : path
}
