import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { chartSvg } from '../../markup/chart-svg.js'
import type { Run } from '../../model/run/run.js'
import type { Summary } from '../../model/studies/summary.js'
import { replaceFile } from '../../records/replace-file.js'
import { messageOf, UserError } from '../../words/errors.js'
import { renderChartPngs } from '../charts/png.js'
import { allCharts, reportCharts } from '../charts/report-charts.js'
import { type ReportModel, reportModel } from '../findings/report-model.js'
import { summaryCsv } from './csv.js'
import { hgrmFiles } from './hgrm.js'
import { summaryPrometheus } from './prometheus.js'
import { sloJunit } from './slo-junit.js'
import { summaryOf } from './summary.js'

export const EXPORT_FORMATS = ['csv', 'json', 'junit', 'prometheus', 'hgrm', 'charts'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

/** In the folder of results. */
const FOLDER = 'exports'

interface ExportFile {
  readonly name: string
  readonly content: string | Buffer
}

/**
 * Writes the runs' figures for other tools into `exports/` of a folder; each file is replaced in one step, and files of
 * an earlier report that there is nothing for any more are removed.
 * @throws UserError where it cannot be written to, or a histogram cannot be read
 */
export async function writeExports(
  runs: readonly Run[],
  outDir: string,
  formats: readonly ExportFormat[],
): Promise<{ files: string[]; notes: string[] }> {
  const model = reportModel(runs)
  let made: Summary | null = null
  // It decodes every histogram: once for all formats.
  const summary = () => (made ??= summaryOf(model, runs))
  const dir = join(outDir, FOLDER)
  try {
    const files: string[] = []
    const notes: string[] = []
    for (const format of formats) {
      const { files: contents, note } = await exported(format, model, runs, summary)
      if (note !== null) notes.push(note)
      files.push(...(await writeAll(dir, format, contents)))
    }
    return { files, notes }
  } catch (error) {
    throw new UserError(`${dir}: the exports cannot be written there: ${messageOf(error)}`, undefined, {
      cause: error,
    })
  }
}

async function exported(
  format: ExportFormat,
  model: ReportModel,
  runs: readonly Run[],
  summary: () => Summary,
): Promise<{ files: readonly ExportFile[]; note: string | null }> {
  const one = (name: string, content: string) => ({ files: [{ name, content }], note: null })
  switch (format) {
    case 'csv':
      return one('summary.csv', summaryCsv(summary()))
    case 'json':
      return one('summary.json', `${JSON.stringify(summary(), null, 2)}\n`)
    case 'junit':
      return one('slo.junit.xml', sloJunit(summary()))
    case 'prometheus':
      return one('summary.prom', summaryPrometheus(summary()))
    case 'hgrm':
      return {
        files: hgrmFiles(model.rows, runs).map(({ name, text }) => ({
          name: join(format, name),
          content: text,
        })),
        note: null,
      }
    case 'charts':
      return chartFiles(model)
  }
}

/** Without PNGs where they cannot be drawn; the note says why. */
async function chartFiles(model: ReportModel) {
  const specs = allCharts(reportCharts(model))
  const { images, reason } = await renderChartPngs(specs)
  const files = [
    ...specs.map((spec): ExportFile => ({ name: join('charts', `${spec.id}.svg`), content: chartSvg(spec) })),
    ...images.map(({ name, data }): ExportFile => ({ name: join('charts', name), content: data })),
  ]
  return { files, note: reason }
}

/** Formats of several files have a folder of their own. */
async function writeAll(dir: string, format: ExportFormat, files: readonly ExportFile[]): Promise<string[]> {
  const isFolder = format === 'hgrm' || format === 'charts'
  const folder = isFolder ? join(dir, format) : dir
  await mkdir(folder, { recursive: true })
  const written: string[] = []
  for (const { name, content } of files) written.push(await replaceFile(join(dir, name), content))
  if (!isFolder) return written
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (/\.(hgrm|svg|png)$/.test(name) && !written.includes(path)) await rm(path)
  }
  return written
}
