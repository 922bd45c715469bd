import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { ChartConfiguration } from 'chart.js'
import { chartConfig } from '../../markup/chart-config.js'
import { marksPlugin } from '../../markup/chart-marks.js'
import type { ChartSpec } from '../../markup/chart-spec.js'
import { codeOf, messageOf } from '../../words/errors.js'
import type { ReportModel } from '../findings/report-model.js'
import { reportCharts } from './report-charts.js'

export interface PngImage {
  readonly name: string
  readonly data: Buffer
}

/** What we use of `canvas`, which chartjs-node-canvas draws on: @napi-rs/canvas here, node-canvas elsewhere. */
interface CanvasPackage {
  createCanvas(
    width: number,
    height: number,
  ): {
    getContext(kind: '2d'): {
      fillStyle: unknown
      fillRect(x: number, y: number, width: number, height: number): void
      drawImage(image: unknown, x: number, y: number): void
    }
    toBuffer(mime: 'image/png'): Buffer
  }
  loadImage(data: Buffer): Promise<unknown>
  readonly GlobalFonts?: {
    readonly families: readonly unknown[]
    registerFromPath(path: string, name?: string): unknown
  }
}

type ChartPackage = typeof import('chartjs-node-canvas')

/** Image pixels for each unit of the layout, so that text is sharp on dense screens. */
const SCALE = 2
const FONT = 'rungs report'

/**
 * Throughput, latency and speed-up as PNG images. Never fails for want of the optional package or of a font: then
 * `reason` says in a line why there are none.
 */
export async function renderPngs(model: ReportModel): Promise<{ images: PngImage[]; reason: string | null }> {
  const packages = await load()
  if (typeof packages === 'string') return { images: [], reason: packages }
  const charts = reportCharts(model)
  const sheets: readonly (readonly [string, readonly ChartSpec[], columns: number, height: number])[] = [
    ['throughput.png', charts.throughput, Math.min(2, charts.throughput.length), 260],
    ['latency.png', charts.latency, 1, 400],
    ['speedup.png', charts.speedup, 1, 400],
  ]
  const images: PngImage[] = []
  for (const [name, specs, columns, height] of sheets) {
    if (specs.length === 0) continue
    images.push({ name, data: await sheet(packages, specs, columns, 1080 / columns, height) })
  }
  return { images, reason: null }
}

/** Each chart as an image of its own, named by its id; as `renderPngs`. */
export async function renderChartPngs(
  specs: readonly ChartSpec[],
): Promise<{ images: PngImage[]; reason: string | null }> {
  const packages = await load()
  if (typeof packages === 'string') return { images: [], reason: packages }
  const images: PngImage[] = []
  for (const spec of specs) {
    images.push({ name: `${spec.id}.png`, data: await sheet(packages, [spec], 1, 1080, 400) })
  }
  return { images, reason: null }
}

interface Packages {
  readonly charts: ChartPackage
  readonly canvas: CanvasPackage
  readonly family: string
}

/** Why there would be no PNGs here, on one line, or null. */
export async function pngProblem(): Promise<string | null> {
  const packages = await load()
  return typeof packages === 'string' ? packages : null
}

/** The packages, or why there are no PNGs. */
async function load(): Promise<Packages | string> {
  let charts: ChartPackage
  let canvas: CanvasPackage
  try {
    charts = await import('chartjs-node-canvas')
    const require = createRequire(createRequire(import.meta.url).resolve('chartjs-node-canvas'))
    canvas = require('canvas')
  } catch (error) {
    const missing = codeOf(error) === 'ERR_MODULE_NOT_FOUND' || codeOf(error) === 'MODULE_NOT_FOUND'
    return missing
      ? 'no PNG charts: the optional packages chartjs-node-canvas and canvas are not installed'
      : `no PNG charts: chartjs-node-canvas does not load here: ${messageOf(error)}`
  }
  const family = fontFamily(canvas)
  return family === null
    ? 'no PNG charts: this machine has no font to write with; install one, such as fonts-dejavu-core'
    : { charts, canvas, family }
}

/**
 * The bundled font where it is installed, so that images are alike on every machine, before the system's. Without
 * any, @napi-rs/canvas draws charts without a single letter.
 */
function fontFamily({ GlobalFonts }: CanvasPackage): string | null {
  if (GlobalFonts === undefined) return 'sans-serif'
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('@fontsource/dejavu-sans/package.json'))
    if (GlobalFonts.registerFromPath(join(folder, 'files', 'dejavu-sans-latin-400-normal.woff2'), FONT)) {
      return `${FONT}, sans-serif`
    }
  } catch (error) {
    if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error
  }
  return GlobalFonts.families.length === 0 ? null : 'sans-serif'
}

async function sheet(
  { charts, canvas, family }: Packages,
  specs: readonly ChartSpec[],
  columns: number,
  width: number,
  height: number,
): Promise<Buffer> {
  const renderer = new charts.ChartJSNodeCanvas({
    width,
    height,
    backgroundColour: '#ffffff',
    chartCallback: ({ defaults }) => {
      defaults.font.family = family
      defaults.color = '#3a434c'
      defaults.borderColor = '#e8eae6'
    },
  })
  const image = canvas.createCanvas(
    width * columns * SCALE,
    height * Math.ceil(specs.length / columns) * SCALE,
  )
  const context = image.getContext('2d')
  context.fillStyle = '#ffffff'
  context.fillRect(0, 0, width * columns * SCALE, height * Math.ceil(specs.length / columns) * SCALE)
  for (const [index, spec] of specs.entries()) {
    const part = renderer.renderToBufferSync(stillConfig(spec), 'image/png')
    const x = (index % columns) * width * SCALE
    const y = Math.floor(index / columns) * height * SCALE
    context.drawImage(await canvas.loadImage(part), x, y)
  }
  return image.toBuffer('image/png')
}

/** The page's configuration, with what the page has around a chart: a title, and room. */
function stillConfig(spec: ChartSpec): ChartConfiguration {
  const config = chartConfig(spec)
  return {
    ...config,
    options: {
      ...config.options,
      color: '#1a1f24',
      responsive: false,
      devicePixelRatio: SCALE,
      layout: { padding: { top: 8, right: 16, bottom: 12, left: 12 } },
      plugins: {
        legend: {
          display: spec.kind === 'bars' && spec.series.length > 1,
          align: 'start',
          labels: { boxWidth: 12, boxHeight: 12, padding: 16, generateLabels: () => legendOf(spec) },
        },
        title: { display: true, text: spec.title, align: 'start', font: { size: 15 }, color: '#1a1f24' },
      },
    },
    plugins: [marksPlugin() as never],
  }
}

/** By series: Chart.js would take the colour of the first bar, which may be a hatched one. */
function legendOf(spec: ChartSpec) {
  if (spec.kind !== 'bars') return []
  return spec.series.map(({ label, colour }) => ({ text: label, fillStyle: colour, strokeStyle: colour }))
}
