import { html, type Markup } from '../../markup/html-escape.js'
import { GATE_STYLE } from '../../markup/html-gate-style.js'
import { renderPage, type Section } from '../../markup/html-page.js'
import { table } from '../../markup/table.js'
import type { CapacityResult, CapacityVerdict } from '../../model/studies/capacity.js'
import * as format from '../../words/format.js'
import { commitText } from '../figures/comparable.js'
import { conditionsText } from '../figures/conditions-text.js'
import { elsewhereNames } from '../figures/level-ref.js'
import { capacityPlot } from './capacity-plot.js'
import { CAPACITY_HEADS, capacityLines, capacityName, probeCells } from './capacity-text.js'
import { capacityPlotSvg } from './html-capacity-plot.js'

const STYLE = `${GATE_STYLE}
.plot .probe{fill:none;stroke-width:2}
.plot .held{fill:var(--good);stroke:var(--good)}.plot .failed{stroke:var(--bad)}.plot .invalid{stroke:var(--warn)}
.plot .between{fill:var(--link);fill-opacity:.14}
`

const TITLES: Readonly<Record<CapacityVerdict['state'], readonly [style: string, text: string]>> = {
  found: ['good', 'Found'],
  beyond: ['good', 'More than was allowed to be tried'],
  doomed: ['bad', 'Missed at the lowest rate'],
  unsteady: ['warn', 'No verdict: unsteady'],
  unmeasured: ['warn', 'No verdict: not measured to its end'],
  unanswered: ['bad', 'No verdict: not one good answer'],
  unconfirmed: ['warn', 'No verdict: not confirmed'],
}

/** A search for the capacity as one HTML document that needs nothing else. The same result gives the same bytes. */
export function capacityHtml(result: CapacityResult): string {
  const { verdict, warnings, tool } = result
  const [style, title] = verdict === null ? ['warn', 'Not ended'] : TITLES[verdict.state]
  const [answer = '', ...more] = capacityLines(result)
  const commit = commitText(result.git)
  const meta = [
    format.instant(result.startedAt),
    ...(commit === null ? [] : [`commit ${commit}`]),
    `${result.machine.cpuModel}, ${format.plural(result.machine.usableCores, 'core')}`,
    `Node ${result.machine.node.replace(/^v/, '')}`,
  ]
  return renderPage({
    title: `Capacity of ${capacityName(result)} · rungs`,
    style: STYLE,
    skipTo: ['probes', 'Skip to the probes'],
    header: html`<p class="brand">rungs capacity</p>
<h1 class="wrap">Capacity of ${capacityName(result)}</h1>
<p class="headline wrap"><strong class="${style}">${title}.</strong> ${answer}</p>
${more.map((text) => html`<p class="wrap">${text}</p>`)}
<p class="meta wrap">${meta.map((part) => html`<span>${part}</span>`)}</p>
${warnings.length === 0 ? null : html`<ul class="cautions" aria-label="Cautions">${warnings.map((text) => html`<li class="wrap">${text}</li>`)}</ul>`}`,
    sections: sections(result),
    footer: `Made by rungs ${tool.version} from the search’s result file; nothing in this page is fetched from anywhere.`,
  })
}

/** How a report points to the page of a search in the folder beside it. */
export function capacityLink(result: CapacityResult, folder: string): Markup {
  const [answer = ''] = capacityLines(result)
  return html`<li class="wrap"><a href="${encodeURIComponent(folder)}/capacity.html">${capacityName(result)}, ${format.instant(result.startedAt)}</a> <span class="detail">${answer}</span></li>`
}

function sections(result: CapacityResult): Section[] {
  const plot = capacityPlot(result)
  const { search, machine, settings, level, probes } = result
  const facts: (readonly [string, string])[] = [
    [
      'Search',
      `from ${format.rate(search.start)}/s, between ${format.rate(search.lowest)} and ${format.rate(search.highest)}/s, to within ${format.percent(search.resolution)}, at most ${format.plural(search.mostProbes, 'probe')}`,
    ],
    [
      'Level',
      `${level.title}, ${level.workers === null ? 'workers unknown' : format.plural(level.workers, 'worker')}`,
    ],
    ...level.services.map(
      ({ name, version, source }) => ['Service', `${name} ${version} (${source})`] as const,
    ),
    // Of a run: a search chooses its rates itself.
    ...conditionsText(machine, settings, elsewhereNames([level])).filter(
      ([name]) => !['Capacity', 'Latency', 'Repeats'].includes(name),
    ),
  ]
  return [
    ...(plot === null
      ? []
      : [
          {
            id: 'curve',
            title: 'Latency by rate',
            lead: `Each mark is a probe: an open loop at one rate. ● held, ✕ failed, △ not valid; larger ones were to confirm the answer. The dashed line across is the objective; shaded is what lies between the highest rate that held and the lowest that failed; the dotted line is the knee, where rate ÷ mean latency is greatest. At the upper edge: no answer came.`,
            body: html`<figure class="scroll" tabindex="0" role="group" aria-label="Latency by rate">${capacityPlotSvg(plot, capacityName(result))}</figure>`,
          },
        ]),
    {
      id: 'probes',
      title: 'Probes',
      lead: 'In the order in which they were made; latencies from the intended moment of sending.',
      body:
        probes.length === 0
          ? html`<p>None ended.</p>`
          : table(
              CAPACITY_HEADS,
              probes.map((probe) => probeRow(probeCells(probe), probe.outcome)),
              CAPACITY_HEADS.map((_, index) => index).slice(0, 6),
            ),
    },
    {
      id: 'conditions',
      title: 'Conditions',
      lead: null,
      body: html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`,
    },
  ]
}

const CLASSES = { held: 'good', failed: 'bad', invalid: 'warn' } as const

function probeRow(cells: readonly string[], outcome: keyof typeof CLASSES): Markup {
  const figures = cells.slice(1, 6).map((cell) => html`<td class="num">${cell}</td>`)
  return html`<th scope="row" class="num">${cells[0]}</th>${figures}<td>${cells[6]}</td><td class="wrap ${CLASSES[outcome]}">${cells[7]}</td>`
}
