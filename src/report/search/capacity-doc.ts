import {
  closing,
  type Doc,
  type DocColumn,
  type DocSection,
  figures,
  lines,
  type TableBlock,
  type Tone,
} from '../../markup/doc.js'
import { html } from '../../markup/html-escape.js'
import { GATE_STYLE } from '../../markup/html-gate-style.js'
import type { CapacityResult, CapacityVerdict, Probe } from '../../model/studies/capacity.js'
import * as format from '../../words/format.js'
import { capacityPlot } from './capacity-plot.js'
import { capacityLines, capacityName, resultOf, timesOf } from './capacity-text.js'
import { capacityPlotSvg } from './html-capacity-plot.js'
import { searchFacts, searchMeta } from './search-words.js'

const STYLE = `${GATE_STYLE}
.plot .probe{fill:none;stroke-width:2}
.plot .held{fill:var(--good);stroke:var(--good)}.plot .failed{stroke:var(--bad)}.plot .invalid{stroke:var(--warn)}
.plot .between{fill:var(--link);fill-opacity:.14}
`

const TITLES: Readonly<Record<CapacityVerdict['state'], readonly [tone: Tone, text: string]>> = {
  found: ['good', 'Found'],
  beyond: ['good', 'More than was allowed to be tried'],
  doomed: ['bad', 'Missed at the lowest rate'],
  unsteady: ['warn', 'No verdict: unsteady'],
  unmeasured: ['warn', 'No verdict: not measured to its end'],
  unanswered: ['bad', 'No verdict: not one good answer'],
  unconfirmed: ['warn', 'No verdict: not confirmed'],
}

const COLUMNS: readonly DocColumn[] = [
  ...figures('#', 'at /s', 's', 'p50 ms', 'p99 ms', 'errors'),
  { head: 'probe', align: 'left' },
  { head: 'result', align: 'left', wrap: true, shows: 'cell' },
]

/** A search for the capacity: the answer, its curve, the probes in their order. */
export function capacityDoc(result: CapacityResult): Doc {
  const { verdict, warnings, tool, probes } = result
  const [tone, word]: readonly [Tone, string] =
    verdict === null ? ['warn', 'Not ended'] : TITLES[verdict.state]
  const [answer = '', ...remarks] = capacityLines(result)
  const title = `Capacity of ${capacityName(result)}`
  const table = probesTable(probes)
  return {
    command: 'capacity',
    title: { text: title, wrap: true, window: `${title} · rungs` },
    verdict: { tone, text: word },
    answer,
    remarks,
    meta: searchMeta(result),
    cautions: warnings,
    sections: [
      ...curve(result),
      {
        id: 'probes',
        title: 'Probes',
        lead: 'In the order in which they were made; latencies from the intended moment of sending.',
        blocks: [probes.length === 0 ? lines('None ended.') : table],
        in: ['html'],
      },
      { blocks: [table], in: ['text', 'markdown'] },
      closing({ answer, remarks, cautions: warnings }),
      {
        id: 'conditions',
        title: 'Conditions',
        blocks: [{ kind: 'facts', facts: facts(result) }],
        in: ['html'],
      },
    ],
    suite: { startedAt: result.startedAt, seconds: probes.reduce((sum, { seconds }) => sum + seconds, 0) },
    width: 100,
    main: ['probes', 'probes'],
    style: STYLE,
    source: 'the search’s result file',
    version: tool.version,
  }
}

function curve(result: CapacityResult): DocSection[] {
  const plot = capacityPlot(result)
  if (plot === null) return []
  const drawing = html`<figure class="scroll" tabindex="0" role="group" aria-label="Latency by rate">${capacityPlotSvg(plot, capacityName(result))}</figure>`
  return [
    {
      id: 'curve',
      title: 'Latency by rate',
      lead: `Each mark is a probe: an open loop at one rate. ● held, ✕ failed, △ not valid; larger ones were to confirm the answer. The dashed line across is the objective; shaded is what lies between the highest rate that held and the lowest that failed; the dotted line is the knee, where rate ÷ mean latency is greatest. At the upper edge: no answer came.`,
      blocks: [{ kind: 'drawing', drawing }],
      in: ['html'],
    },
  ]
}

const TONES = { held: 'good', failed: 'bad', invalid: 'warn' } as const

function probesTable(probes: readonly Probe[]): TableBlock {
  const rows = probes.map((probe) => {
    const { index, rate, seconds, kind, phase, outcome } = probe
    const times = timesOf(probe)
    const cells = [
      String(index),
      format.rate(rate),
      seconds.toFixed(1),
      format.latency(times?.p50Us ?? null),
      format.latency(times?.p99Us ?? null),
      format.percent(phase?.errorRate ?? null),
      kind,
      { text: resultOf(probe), tone: TONES[outcome] },
    ]
    return { cells }
  })
  return { kind: 'table', columns: COLUMNS, rows }
}

function facts(result: CapacityResult): (readonly [string, string])[] {
  const { start, lowest, highest, resolution, mostProbes } = result.search
  const search = `from ${format.rate(start)}/s, between ${format.rate(lowest)} and ${format.rate(highest)}/s, to within ${format.percent(resolution)}, at most ${format.plural(mostProbes, 'probe')}`
  return [['Search', search], ...searchFacts(result)]
}
