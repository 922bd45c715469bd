import type { Run } from '../../model/run/run.js'
import * as format from '../../words/format.js'
import type { Finding, Severity } from './finding.js'
import { CAPACITY_DETECTORS } from './findings-capacity.js'
import { LIMIT_DETECTORS } from './findings-limits.js'
import { MACHINE_DETECTORS } from './findings-machine.js'
import { OPEN_DETECTORS } from './findings-open.js'
import { scalingFindings } from './findings-scaling.js'
import { type CellView, cellText, cellViews, type Detector } from './findings-view.js'
import { WAIT_DETECTORS } from './findings-waits.js'

const ORDER: readonly Severity[] = ['red-flag', 'warning', 'note', 'good']

const DETECTORS = [
  ...CAPACITY_DETECTORS,
  ...LIMIT_DETECTORS,
  ...WAIT_DETECTORS,
  ...OPEN_DETECTORS,
  ...MACHINE_DETECTORS,
]

/** Everything that the valid cells of a run say, the gravest first. What has no data says nothing. */
export function findingsOf(run: Run): Finding[] {
  const views = cellViews(run)
  const findings = [
    ...DETECTORS.flatMap((detector) => found(detector, views)),
    ...scalingFindings(run, views),
  ]
  return findings.sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity))
}

/** One finding for all the cells that show the same. */
function found({ severity, sentence, look, limit }: Detector, views: readonly CellView[]): Finding[] {
  const hits = views.flatMap((view) => {
    const evidence = look(view)
    return evidence === null ? [] : [{ view, evidence }]
  })
  if (hits.length === 0) return []
  return [
    {
      severity,
      sentence: sentence(placesText(hits.map(({ view }) => view))),
      evidence: hits.map(({ view, evidence }) => `${cellText(view)}: ${evidence}`),
      ...(limit === undefined ? {} : { limit }),
      cells: hits.map(({ view }) => ({ level: view.level.key, scenario: view.scenario })),
    },
  ]
}

/** `level 0 on simple`; beyond two of them the first and how many more. */
function placesText(views: readonly CellView[]): string {
  const texts = views.map(cellText)
  return texts.length < 3
    ? format.list(texts)
    : `${texts[0]} and ${format.plural(texts.length - 1, 'other cell')}`
}
