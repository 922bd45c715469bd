import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Run } from '../../model/run/run.js'
import { replaceFile } from '../../records/replace-file.js'
import { messageOf, UserError } from '../../words/errors.js'
import { newestCalibration } from '../calibration/newest-calibration.js'
import { renderPngs } from '../charts/png.js'
import { reportModel } from '../findings/report-model.js'
import { type Beside, renderHtml } from './html.js'
import { runsHtml } from './html-runs.js'
import { renderMarkdown } from './markdown.js'
import type { IndexEntry } from './run-index.js'

export interface WriteReportOptions {
  readonly runs: readonly Run[]
  /** Every run of the folder, for the list of all runs; without it, or with one run, there is none. */
  readonly index?: readonly IndexEntry[]
  /** Lines about result files that were left out; shown in the report. */
  readonly problems: readonly string[]
  readonly outDir: string
  readonly png: boolean
  /** Which of `index.html` and `summary.md`; both unless given. */
  readonly pages?: readonly ('html' | 'markdown')[]
  /** What has pages of its own beside the report: the newest gate, the newest ladder, the searches. */
  readonly beside?: Omit<Beside, 'listed'>
}

export interface WrittenReport {
  /** Paths of what was written, the HTML page first. */
  readonly files: readonly string[]
  /** What a user should know, such as why there are no PNGs. */
  readonly notes: readonly string[]
  /** Why calibrations in the folder could not be used; the report says so too. */
  readonly calibrationProblems: readonly string[]
}

/**
 * Writes `index.html`, `summary.md` and, when asked for, the charts as PNG; each file is replaced in one step. The
 * newest calibration of the same folder is shown as the instrument's error.
 * @throws UserError when the folder cannot be written to
 */
export async function writeReport({
  runs,
  index = [],
  problems,
  outDir,
  png,
  pages = ['html', 'markdown'],
  beside = {},
}: WriteReportOptions): Promise<WrittenReport> {
  const { record: calibration, problems: unusable } = await newestCalibration(outDir)
  const model = reportModel(runs, [...problems, ...unusable], calibration)
  const { images, reason } = png ? await renderPngs(model) : { images: [], reason: null }
  const contents: readonly (readonly [string, string | Buffer])[] = [
    ...(pages.includes('html')
      ? [
          [
            'index.html',
            renderHtml(model, await chartLibrary(), { ...beside, listed: index.length }),
          ] as const,
        ]
      : []),
    ...(pages.includes('html') && index.length > 1 ? [['runs.html', runsHtml(index)] as const] : []),
    ...(pages.includes('markdown') ? [['summary.md', renderMarkdown(model)] as const] : []),
    ...images.map(({ name, data }) => [name, data] as const),
  ]
  try {
    await mkdir(outDir, { recursive: true })
    const files: string[] = []
    for (const [name, content] of contents) files.push(await replaceFile(join(outDir, name), content))
    return { files, notes: reason === null ? [] : [reason], calibrationProblems: unusable }
  } catch (error) {
    throw new UserError(`${outDir}: the report cannot be written there: ${messageOf(error)}`, undefined, {
      cause: error,
    })
  }
}

/** Text of Chart.js's UMD build: one file, no imports. */
export async function chartLibrary(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('chart.js')
  return readFile(join(dirname(entry), 'chart.umd.min.js'), 'utf8')
}
