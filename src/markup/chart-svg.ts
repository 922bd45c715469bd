import type { ChartSpec } from './chart-spec.js'
import { html, raw } from './html-escape.js'
import { COLOUR_STYLE } from './palette.js'
import { CHART_STYLE, svgChart } from './svg-chart.js'

const WIDTH = 860
const HEIGHT = 360
const HEAD = 34
const KEY_LINE = 20
/** Mean width of a character of 12 px text, and what stands around a label of the key. */
const CHARACTER = 6.6
const AROUND_LABEL = 34

/** What the page says of a chart's classes, in its light colours: a file has no page around it. */
const STYLE = `text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif;fill:#59636e}
.head{font-size:15px;font-weight:600;fill:#1a1f24}.grid{stroke:#e8eae6}.mark{stroke:#1a1f24}
${CHART_STYLE}${COLOUR_STYLE}`

/** A chart as an SVG file of its own: title, key and chart, without scripts or references. */
export function chartSvg(spec: ChartSpec): string {
  const key = keyOf(spec)
  const height = HEAD + HEIGHT + key.lines * KEY_LINE
  const svg = html`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}">
<style>${raw(STYLE)}</style><rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text class="head" x="12" y="22">${spec.title}</text>
<svg y="${HEAD}" width="${WIDTH}" height="${HEIGHT}">${svgChart(spec, WIDTH, HEIGHT)}</svg>
${key.marks.map(({ label, colour, x, line }) => {
  const y = HEAD + HEIGHT + line * KEY_LINE
  return html`<rect x="${x}" y="${y}" width="12" height="12" fill="${colour}"/><text x="${x + 17}" y="${y + 11}">${label}</text>`
})}
</svg>
`
  // XML has no place for these, which HTML has.
  return svg.text.replace(/[\ufffe\uffff]/g, '�')
}

/** Labels side by side, in as many lines as they need. */
function keyOf(spec: ChartSpec) {
  const entries = spec.kind === 'bars' ? spec.series : spec.lines
  const marks: { label: string; colour: string; x: number; line: number }[] = []
  let [x, line] = [12, 0]
  for (const { label, colour } of entries.length > 1 ? entries : []) {
    const width = Math.round([...label].length * CHARACTER + AROUND_LABEL)
    if (x > 12 && x + width > WIDTH) {
      x = 12
      line++
    }
    marks.push({ label, colour, x, line })
    x += width
  }
  return { marks, lines: marks.length === 0 ? 0 : line + 1 }
}
