import { levelLabel } from '../../figures/level-ref.js'
import { rateText } from '../../figures/phase-figures.js'
import { html, type Markup } from '../../markup/html-escape.js'
import { renderPage } from '../../markup/html-page.js'
import { sortScript } from '../../markup/html-sort.js'
import { STYLE } from '../../markup/html-style.js'
import { levelColour, swatchClass } from '../../markup/palette.js'
import { byStart } from '../../model/run/record.js'
import { areAlike } from '../../stats/validity/validity-repeats.js'
import * as format from '../../words/format.js'
import { toTenth } from '../../words/round.js'
import { type IndexCell, type IndexEntry, type Trend, trendsOf } from './run-index.js'

/** Points of a small line: it has about twice as many pixels. */
const MOST_POINTS = 80

/** All runs of a folder as one HTML document: trends by level and scenario, and the runs. The same runs give the same bytes. */
export function runsHtml(entries: readonly IndexEntry[]): string {
  const trends = trendsOf(entries)
  const used = new Set(trends.flatMap(({ points }) => points.map(({ run }) => run)))
  const others = entries.length - used.size
  return renderPage({
    title: 'All runs · rungs',
    style: STYLE,
    skipTo: ['trends', 'Skip to the trends'],
    header: html`<p class="brand">rungs</p>
<h1>${format.plural(entries.length, 'run')}</h1>
<p class="meta"><a href="index.html">The newest figures</a></p>`,
    sections: [
      {
        id: 'trends',
        title: 'Trends',
        lead: `Throughput (capacity) and p99 (the highest of the repeats, of the runs whose rate is like the newest one’s) of each level and scenario, from the oldest run to the newest, of the ${format.plural(used.size, 'run')} that can be compared with the newest one${others > 0 ? `; ${others} had another machine, other settings, or no figure` : ''}. Runs were not interleaved: what changed on the machine in between is part of every difference. To tell whether a change made it slower, use rungs gate.`,
        body: trends.length === 0 ? html`<p>There is no figure to draw.</p>` : trendsTable(trends),
      },
      {
        id: 'all',
        title: 'All runs',
        lead: null,
        body: runsTable(entries, used),
      },
    ],
    footer: 'Made by rungs from result files; nothing in this page is fetched from anywhere.',
    scripts: [sortScript()],
  })
}

function trendsTable(trends: readonly Trend[]): Markup {
  const rows = trends.map((trend) => {
    const { scenario, level, points, usual, change } = trend
    const cell = points.at(-1)?.cell
    const throughput = cell?.throughput.value ?? null
    const p99 = cell?.p99Us ?? null
    const off = cell?.isValid ? '' : ' off'
    return html`<tr><th scope="row" class="wrap">${scenario}</th><td class="wrap"><span class="swatch ${swatchClass(levelColour(level.number))}"></span>${levelLabel(level)}</td><td class="num${off}" data-by="${throughput ?? ''}"><span class="big">${format.rate(throughput)}</span>${cell?.isValid ? null : html`<span class="sub">not valid</span>`}</td><td class="num" data-by="${change ?? ''}">${format.ratio(change)}</td><td class="num" data-by="${usual ?? ''}">${format.rate(usual)}</td><td>${spark(trend, 'throughput', ({ throughput: { value }, isValid }) => [value, isValid])}</td><td class="num" data-by="${p99 ?? ''}">${format.latency(p99)}${cell?.rate ? html`<span class="sub">at ${rateText(cell.rate)}/s</span>` : null}</td><td>${spark(trend, 'p99', (each) => [isLike(each, cell) ? each.p99Us : null, true])}</td><td class="num">${points.length}</td></tr>\n`
  })
  return sortable(
    'trend-table',
    'Trends',
    [
      ['Scenario', false],
      ['Level', false],
      ['Newest, requests/s', true],
      ['÷ the one before', true],
      ['Median of the earlier', true],
      ['Throughput', false],
      ['Newest p99, ms', true],
      ['p99', false],
      ['Runs', true],
    ],
    rows,
  )
}

/** Latencies of other rates are no part of the newest one's line. */
function isLike(a: IndexCell, b: IndexCell | undefined): boolean {
  const rates = [a.rate, b?.rate].flatMap((rate) => (rate ? [rate.min, rate.max] : []))
  return areAlike(rates)
}

function runsTable(entries: readonly IndexEntry[], used: ReadonlySet<string>): Markup {
  const newestFirst = [...entries].sort((a, b) => byStart(b, a))
  const rows = newestFirst.map((entry) => {
    const levels = [...new Set(entry.cells.map(({ level }) => levelLabel(level)))]
    const scenarios = [...new Set(entry.cells.map(({ scenario }) => scenario))]
    return html`<tr><th scope="row" class="wrap">${entry.id}</th><td>${format.instant(entry.startedAt)}</td><td>${entry.state}</td><td class="num" data-by="${entry.completed}">${entry.completed} of ${entry.planned}</td><td class="wrap">${levels.join(', ')}</td><td class="wrap">${scenarios.join(', ')}</td><td>${entry.commit ?? '–'}</td><td class="wrap">${entry.cpuModel}, ${format.plural(entry.cores, 'core')}</td><td>${used.has(entry.id) ? 'yes' : 'no'}</td></tr>\n`
  })
  return sortable(
    'run-table',
    'All runs',
    [
      ['Run', false],
      ['Started', false],
      ['State', false],
      ['Cells', true],
      ['Levels', false],
      ['Scenarios', false],
      ['Commit', false],
      ['Machine', false],
      ['In the trends', false],
    ],
    rows,
  )
}

/** A table that scripts let sort and filter. */
function sortable(
  id: string,
  name: string,
  heads: readonly (readonly [text: string, numeric: boolean])[],
  rows: readonly Markup[],
): Markup {
  const head = heads.map(
    ([text, numeric]) => html`<th scope="col"${numeric ? html` class="num"` : null}>${text}</th>`,
  )
  return html`<p class="ask" id="${id}-filter" hidden><label>Show only <input type="search" placeholder="words, such as a level or a commit"></label> <output></output></p>
<div class="scroll" tabindex="0" role="group" aria-label="${name}"><table class="sortable" id="${id}"><thead><tr>${head}</tr></thead><tbody>
${rows}</tbody></table></div>`
}

const [WIDTH, HEIGHT] = [160, 30] as const

/** Points from the oldest to the newest, from 0 to the highest; hollow where not valid. */
function spark(
  { points, level }: Trend,
  name: string,
  figureOf: (cell: Trend['points'][number]['cell']) => readonly [value: number | null, isValid: boolean],
): Markup {
  const shown = points.slice(-MOST_POINTS).map(({ cell }) => figureOf(cell))
  const known = shown.flatMap(([value]) => (value === null ? [] : [value]))
  if (known.length === 0) return html`–`
  const top = Math.max(...known)
  const x = (index: number) => toTenth(4 + ((WIDTH - 8) * index) / Math.max(1, shown.length - 1))
  const y = (value: number) => toTenth(HEIGHT - 4 - (top === 0 ? 0 : (value / top) * (HEIGHT - 8)))
  let pen = 'M'
  let path = ''
  for (const [index, [value, isValid]] of shown.entries()) {
    if (value !== null && isValid) path += `${pen}${x(index)} ${y(value)}`
    pen = value !== null && isValid ? 'L' : 'M'
  }
  const colour = levelColour(level.number)
  const dots = shown.map(([value, isValid], index) => {
    if (value === null || (isValid && index < shown.length - 1)) return null
    const fill = isValid ? html`fill="${colour}"` : html`fill="none" stroke="${colour}"`
    return html`<circle cx="${x(index)}" cy="${y(value)}" r="2.5" ${fill}/>`
  })
  const text = `${name}, ${format.plural(known.length, 'run')}, from 0 to the highest`
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${text}"><path d="${path}" fill="none" stroke="${colour}" stroke-width="1.5"/>${dots}</svg>`
}
