import { join, resolve } from 'node:path'
import { historyDoc } from '../../report/history/history-doc.js'
import { seriesOf } from '../../report/history/history-series.js'
import { HISTORY_FOLDER, historyFiles, readHistories } from '../../report/history/read-history.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { shortPath } from '../../words/short-path.js'
import type { Invocation } from '../terminal/invocation.js'
import { resultsFolder } from '../world/results-folder.js'
import { tellWithPage } from '../world/write-page.js'

/** `rungs history`: the series that `rungs gate --record` has kept, with their change points. */
export async function history(invocation: Invocation): Promise<ExitCode> {
  const { args, cwd, output, version } = invocation
  const dir = await resultsFolder(invocation)
  const files = args.length > 0 ? args.map((file) => resolve(cwd, file)) : await historyFiles(dir)
  if (files.length === 0) {
    throw new UserError(
      `${join(dir, HISTORY_FOLDER)}: there is no series; record one with: rungs gate --base v1.2.0 --record`,
    )
  }
  const series = (
    await readHistories(
      files.map((file) => shortPath(file, cwd)),
      cwd,
    )
  ).flatMap(seriesOf)
  const page = await tellWithPage(invocation, historyDoc(series, version), dir)
  output.result({ series, files: [page] })
  return ExitCode.Ok
}
