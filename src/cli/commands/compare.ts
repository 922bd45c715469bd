import type { Run } from '../../model/run/run.js'
import { readNamedRuns, scanRuns } from '../../records/results.js'
import { compareSides, type Side } from '../../report/compare/compare.js'
import { compareDoc } from '../../report/compare/compare-doc.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import type { Invocation } from '../terminal/invocation.js'
import { resultsFolder } from '../world/results-folder.js'
import { sweepFirst } from '../world/sweep-first.js'
import { tellWithPage } from '../world/write-page.js'

/** Names that stand for a run by its age, 0 the newest. */
const BY_AGE: Readonly<Record<string, number>> = { latest: 0, previous: 1 }

/** `rungs compare`: two runs, or two levels of one, side by side; the page of the last comparison lies in the folder. */
export async function compare(invocation: Invocation): Promise<ExitCode> {
  const { args, output, version } = invocation
  const dir = await resultsFolder(invocation)
  await sweepFirst(invocation)
  const results = await Promise.allSettled(args.map((word) => sideOf(word, dir)))
  const problems = results.flatMap((result) =>
    result.status === 'rejected' ? problemsOf(result.reason) : [],
  )
  if (problems.length > 0) throw new UserError([...new Set(problems)])
  const [a, b] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const comparison = compareSides(a as Side, b as Side)
  const page = await tellWithPage(invocation, compareDoc(comparison, version), dir)
  output.result({ ...comparison, files: [page] })
  const concluded = comparison.rows.some(({ verdict }) => !['unlike', 'invalid', 'missing'].includes(verdict))
  return concluded ? ExitCode.Ok : ExitCode.Invalid
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof UserError) return error.problems
  throw error
}

/** `RUN`, `RUN:LEVEL`, `latest`, `previous:2`. A colon before a path separator belongs to the path. */
async function sideOf(word: string, dir: string): Promise<Side> {
  const [, name = word, level] = /^(.+):([^:/\\]+)$/.exec(word) ?? []
  const run = await runOf(name, dir)
  if (level === undefined) return { label: word, run }
  const found = run.levels.find(({ key, name }) => key === level || name === level)
  if (!found) {
    const there = run.levels.map(({ key, name }) => `${key} (${name})`).join(', ')
    throw new UserError(`${word}: run ${run.id} has no level ${level}; it has ${there}`)
  }
  return { label: word, run, level: found.key }
}

async function runOf(name: string, dir: string): Promise<Run> {
  const age = BY_AGE[name]
  if (age === undefined) {
    const [run] = await readNamedRuns(dir, [name])
    return run as Run
  }
  const { runs } = await scanRuns(dir)
  const run = runs.at(-1 - age)
  if (!run)
    throw new UserError(
      `${name}: there is only one run in ${dir}; measure once more, or name two levels of it`,
    )
  return run
}
