/** What the marks plugin reads of a Chart.js dataset, beside Chart.js's own. */
export interface MarkedDataset {
  readonly hatched?: readonly boolean[]
  readonly whiskers?: readonly (readonly [number, number] | null)[]
  readonly notches?: readonly (number | null)[]
}

interface Pen {
  save(): void
  restore(): void
  beginPath(): void
  rect(x: number, y: number, width: number, height: number): void
  clip(): void
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  stroke(): void
  lineWidth: number
  strokeStyle: unknown
}

interface TickedScale {
  readonly tickValues?: readonly number[]
  readonly tickTexts?: readonly string[]
  ticks?: object
  afterBuildTicks?: (axis: { ticks: { value: number }[] }) => void
}

interface DrawnChart {
  readonly ctx: Pen
  readonly chartArea: { left: number; right: number }
  readonly scales: Record<string, { getPixelForValue(value: number): number }>
  readonly data: { readonly datasets: readonly MarkedDataset[] }
  readonly config: { readonly options?: { readonly scales?: Record<string, TickedScale> } }
  readonly options: { readonly color?: unknown; readonly marks?: { readonly reference?: number | null } }
  isDatasetVisible(index: number): boolean
  getDatasetMeta(index: number): {
    readonly data: readonly { getProps(names: string[], final: boolean): Record<string, number> }[]
  }
}

/**
 * Chart.js plugin for what Chart.js lacks: ticks at given values, hatching of invalid bars, whiskers for the range over repeats, a
 * notch for p95 and a reference line. Its source text is put into the page, so that page and PNG are drawn alike:
 * it must refer to nothing outside itself.
 */
export function marksPlugin() {
  return {
    id: 'marks',
    beforeInit(chart: DrawnChart) {
      for (const scale of Object.values(chart.config.options?.scales ?? {})) {
        const values = scale.tickValues
        if (values === undefined) continue
        scale.afterBuildTicks = (axis) => {
          axis.ticks = values.map((value) => ({ value }))
        }
        const texts = scale.tickTexts
        if (texts !== undefined) {
          scale.ticks = { ...scale.ticks, callback: (_: unknown, index: number) => texts[index] }
        }
      }
    },
    afterDatasetsDraw(chart: DrawnChart) {
      const { ctx, chartArea, scales, data, options } = chart
      const y = scales.y
      if (y === undefined) return
      const line = (x1: number, y1: number, x2: number, y2: number) => {
        ctx.beginPath()
        ctx.moveTo(x1, y1)
        ctx.lineTo(x2, y2)
        ctx.stroke()
      }
      ctx.save()
      ctx.strokeStyle = options.color
      const reference = options.marks?.reference
      if (reference !== null && reference !== undefined) {
        ctx.lineWidth = 1
        const at = y.getPixelForValue(reference)
        line(chartArea.left, at, chartArea.right, at)
      }
      data.datasets.forEach((dataset, index) => {
        if (!chart.isDatasetVisible(index)) return
        chart.getDatasetMeta(index).data.forEach((element, item) => {
          const props = element.getProps(['x', 'y', 'base', 'width'], true)
          const x = props.x ?? 0
          const width = props.width ?? 0
          const top = Math.min(props.y ?? 0, props.base ?? 0)
          const height = Math.abs((props.y ?? 0) - (props.base ?? 0))
          if (dataset.hatched?.[item]) {
            ctx.save()
            ctx.beginPath()
            ctx.rect(x - width / 2, top, width, height)
            ctx.clip()
            ctx.lineWidth = 1.5
            for (let offset = -height; offset < width; offset += 7) {
              line(x - width / 2 + offset, top + height, x - width / 2 + offset + height, top)
            }
            ctx.restore()
          }
          const whisker = dataset.whiskers?.[item]
          if (whisker) {
            const cap = Math.min(5, width / 4)
            const [low, high] = [y.getPixelForValue(whisker[0]), y.getPixelForValue(whisker[1])]
            ctx.lineWidth = 1.5
            line(x, low, x, high)
            line(x - cap, low, x + cap, low)
            line(x - cap, high, x + cap, high)
          }
          const notch = dataset.notches?.[item]
          if (notch !== null && notch !== undefined) {
            ctx.lineWidth = 2
            const at = y.getPixelForValue(notch)
            line(x - width / 2, at, x + width / 2, at)
          }
        })
      })
      ctx.restore()
    },
  }
}
