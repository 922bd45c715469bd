import type { GateArm, GateResult, GateRow } from '../model/studies/gate.js'
import { HISTORY_VERSION, type HistoryEntry, type HistoryFigure } from '../model/studies/gate-history.js'
import { hodgesLehmann, lowerBound, upperBound, walshAverages } from '../stats/estimate/walsh.js'

/** Of each of the two bounds of a 95 % interval. */
const SIDE = 0.025

/** A gate's line in a series, or why it has none. */
export function historyEntry(
  result: GateResult,
): { readonly entry: HistoryEntry } | { readonly reason: string } {
  const { base, head, decision, machine, settings } = result
  const pin = pinOf(base.name, base.obtained)
  if ('reason' in pin) return pin
  if (decision === null || decision.ended === 'interrupted') return { reason: 'the gate was not finished' }
  if (decision.ended === 'identical') return { reason: 'nothing was measured' }
  const figures = decision.rows.flatMap((row) => figureOf(row))
  if (figures.length === 0) return { reason: 'no block counts' }
  const { cpuModel, usableCores, node } = machine
  const entry: HistoryEntry = {
    schemaVersion: HISTORY_VERSION,
    gate: result.id,
    startedAt: result.startedAt,
    base: pin,
    head: { name: head.name, ...commitOf(head) },
    machine: { cpuModel, usableCores, node },
    level: settings.level,
    verdict: decision.verdict,
    figures,
  }
  return { entry }
}

/** A base that is the same in a year: anything but a commit changes what the ratios mean. */
export function pinOf(
  name: string,
  origin: { readonly kind: 'ref'; readonly commit: string } | { readonly kind: 'url' | 'folder' },
): HistoryEntry['base'] | { readonly reason: string } {
  if (origin.kind === 'ref') return { name, commit: origin.commit }
  const what = origin.kind === 'url' ? 'a URL' : 'a folder'
  return {
    reason: `--base ${name} is ${what}, which may hold something else tomorrow; name a release, such as --base v1.2.0`,
  }
}

function commitOf({ obtained }: GateArm): { commit: string | null; dirty: boolean } {
  if (obtained.kind === 'url') return { commit: null, dirty: false }
  if (obtained.kind === 'ref') return { commit: obtained.commit, dirty: false }
  return { commit: obtained.commit, dirty: obtained.dirty === true }
}

/** Over all blocks that count: a gate that ends early takes no further look at them. */
function figureOf({ scenario, metric, differences }: GateRow): HistoryFigure[] {
  const averages = walshAverages(differences)
  const estimate = hodgesLehmann(averages)
  if (estimate === null) return []
  const n = differences.length
  const [lower, upper] = [lowerBound(averages, n, SIDE), upperBound(averages, n, SIDE)]
  return [{ scenario, metric, n, estimate, lower, upper }]
}
