import type { LadderRow } from '../../figures/ladder.js'
import { levelLabel } from '../../figures/level-ref.js'
import { ratioText } from '../../figures/speed-up.js'
import { type Bar, type BarChart, linearAxis } from '../../markup/chart-spec.js'
import { levelColour } from '../../markup/palette.js'
import * as format from '../../words/format.js'
import type { ReportModel } from '../findings/report-model.js'

type Gain = LadderRow & { readonly speedup: NonNullable<LadderRow['speedup']>; readonly workers: number }

/** One a scenario: speed-up by the number of workers, a notch at what that number would give with a core each. */
export function workerCharts(model: ReportModel): BarChart[] {
  return model.scenarios.flatMap(({ name }, index) => {
    const gains = model.rows.flatMap((row): Gain[] => {
      const { workers } = row.level
      return row.scenario === name && row.speedup !== null && workers !== null
        ? [{ ...row, speedup: row.speedup, workers }]
        : []
    })
    const bars = [...gains].sort((a, b) => a.workers - b.workers).map((gain) => ({ gain, bar: barOf(gain) }))
    if (!bars.some(({ bar }) => bar.notch !== null)) return []
    return [
      {
        kind: 'bars' as const,
        id: `workers-${index + 1}`,
        title: name,
        groups: bars.map(({ gain }) => `${gain.workers} (${levelLabel(gain.level)})`),
        series: [{ label: 'Speed-up', colour: bars[0]?.bar.colour ?? '', bars: bars.map(({ bar }) => bar) }],
        y: linearAxis(
          '× the lowest level',
          Math.max(1, ...bars.map(({ bar }) => Math.max(bar.to, bar.high ?? 0, bar.notch ?? 0))),
        ),
        reference: 1,
      },
    ]
  })
}

function barOf({ speedup, workers, level }: Gain): Bar {
  const { value, range } = speedup
  const base = speedup.base.workers
  const ideal = base === null || workers <= base ? null : workers / base
  const promise = ideal === null ? '' : `, of ${format.ratio(ideal)} with a core for each`
  return {
    from: null,
    to: value,
    low: range?.low ?? null,
    high: range?.high ?? null,
    notch: ideal,
    invalid: false,
    colour: levelColour(level.number),
    text: `${ratioText(speedup)} with ${format.plural(workers, 'worker')}${promise}`,
  }
}
