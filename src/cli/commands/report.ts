import { join } from 'node:path'
import { readNamedRuns } from '../../records/results.js'
import { EXPORT_FORMATS, writeExports } from '../../report/exports/write-exports.js'
import { writeGate } from '../../report/gate/write-gate.js'
import { writeLadderDoc } from '../../report/ladder/write-ladder.js'
import { writeDoc } from '../../report/render/write-doc.js'
import { scanForReport } from '../../report/site/scan-report.js'
import { documentIn, OWN_TOLD, type Told, writeListed } from '../../report/site/told.js'
import { type WriteReportOptions, type WrittenReport, writeReport } from '../../report/site/write-report.js'
import { UserError } from '../../words/errors.js'
import { ExitCode } from '../../words/exit-codes.js'
import { shortPath } from '../../words/short-path.js'
import type { Invocation } from '../terminal/invocation.js'
import { makeResultsFolder, resultsFolder } from '../world/results-folder.js'
import { sweepFirst } from '../world/sweep-first.js'

const PAGES = ['html', 'markdown'] as const
const DEFAULT_FORMATS = [...PAGES, 'png'] as const

/** What `--format` takes; `EXPORT_FORMATS` are for other tools. */
export const FORMATS = [...DEFAULT_FORMATS, ...EXPORT_FORMATS] as const
type Format = (typeof FORMATS)[number]

/**
 * `rungs report`: a page over all runs of a folder, or over those named, one of its newest gate, one of its newest ladder
 * and one of each search for a capacity and each tuning, in the formats asked for. A calibration that cannot be used is
 * left out, and makes the exit code that of a wrong environment.
 * @param further kinds of records beside those of rungs' own studies
 */
export async function report(invocation: Invocation, further: readonly Told[]): Promise<ExitCode> {
  const { args, cwd, flags, output } = invocation
  const formats = formatsOf(flags.format)
  const dir = await resultsFolder(invocation)
  await sweepFirst(invocation)
  const kinds = [...OWN_TOLD, ...further]
  const { names, documents } = await namedResults(kinds, dir, args)
  const gate = await writeGate(dir, formats)
  const ladder = await writeLadderDoc(dir, formats)
  const searches = await writeListed(kinds, dir, formats)
  const named: string[] = []
  for (const { doc, dir: folder } of documents) named.push(...(await writeDoc(folder, doc, formats)))
  for (const problem of [...gate.problems, ...ladder.problems, ...searches.problems]) output.warn(problem)
  const pages = [...new Set([...gate.files, ...ladder.files, ...searches.files, ...named])]
  const isOfRuns = args.length === 0 || names.length > 0
  const { runs, problems, index } = isOfRuns ? await runsOf(dir, names, pages) : NONE
  for (const problem of problems) output.warn(problem)
  await makeResultsFolder(dir)
  const written =
    runs.length === 0
      ? { files: [], notes: [], calibrationProblems: [] }
      : await writeFormats(formats, {
          runs,
          index,
          problems,
          outDir: dir,
          beside: { gate: gate.newest, ladder: ladder.ladder, searches: searches.linked },
        })
  const { notes, calibrationProblems } = written
  for (const problem of calibrationProblems) output.warn(problem)
  const files = [...written.files, ...pages]
  for (const note of notes) output.note(note)
  output.result({ runs: runs.map(({ id }) => id), files, notes })
  for (const file of files) output.print(shortPath(file, cwd))
  return calibrationProblems.length === 0 ? ExitCode.Ok : ExitCode.Usage
}

/** The pages first, then what is for other tools. */
async function writeFormats(
  formats: readonly Format[],
  options: Omit<WriteReportOptions, 'png' | 'pages'>,
): Promise<WrittenReport> {
  const pages = PAGES.filter((page) => formats.includes(page))
  const png = formats.includes('png')
  const report =
    pages.length > 0 || png
      ? await writeReport({ ...options, pages, png })
      : { files: [], notes: [], calibrationProblems: [] }
  const asked = EXPORT_FORMATS.filter((format) => formats.includes(format))
  const exported = await writeExports(options.runs, options.outDir, asked)
  return {
    ...report,
    files: [...report.files, ...exported.files],
    notes: [...new Set([...report.notes, ...exported.notes])],
  }
}

/** @throws UserError for what is no format */
export function formatsOf(text: string | undefined): readonly Format[] {
  if (text === undefined) return DEFAULT_FORMATS
  const words = text.split(',').map((word) => word.trim())
  const unknown = words.filter((word) => word !== 'all' && !FORMATS.some((format) => format === word))
  if (unknown.length > 0) {
    throw new UserError(
      unknown.map(
        (word) => `--format ${word}: must be a list of ${FORMATS.join(', ')}, or all, such as csv,junit`,
      ),
    )
  }
  return words.includes('all') ? FORMATS : FORMATS.filter((format) => words.includes(format))
}

/** Folders that hold another result than a run, and the names of runs. */
async function namedResults(kinds: readonly Told[], dir: string, args: readonly string[]) {
  const names: string[] = []
  const documents: NonNullable<Awaited<ReturnType<typeof documentIn>>>[] = []
  for (const name of args) {
    const found = await documentIn(kinds, [name, join(dir, name)])
    if (found === null) names.push(name)
    else documents.push(found)
  }
  return { names, documents }
}

const NONE: Scanned = { runs: [], problems: [], index: [] }

type Scanned = Awaited<ReturnType<typeof scanForReport>>

/** A folder may hold gates and searches alone: then there are their pages, and no report. */
async function runsOf(dir: string, names: readonly string[], pages: readonly string[]): Promise<Scanned> {
  if (names.length > 0) {
    return { runs: await readNamedRuns(dir, names), problems: [], index: [] }
  }
  try {
    return await scanForReport(dir)
  } catch (error) {
    if (pages.length === 0 || !(error instanceof UserError)) throw error
    return { runs: [], problems: [...error.problems], index: [] }
  }
}
