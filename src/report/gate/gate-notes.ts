import type { GateResult, GateRow } from '../../model/studies/gate.js'
import { median } from '../../stats/estimate/intervals.js'
import * as format from '../../words/format.js'
import { rowName, slowdown } from './gate-text.js'

/** What was not compared, and so is not behind the verdict: to be said with it, first. */
export function uncomparedTexts({ uncompared }: Pick<GateResult, 'uncompared'>): string[] {
  return (uncompared ?? []).map(
    ({ scenario, reason }) => `Not compared: ${scenario}, which only head answers as expected (${reason}).`,
  )
}

/** What the disturbed blocks of a row said, which count for a slowdown only; null where there are none. */
export function doubtfulText(row: GateRow): string | null {
  const values = row.doubtful ?? []
  if (values.length === 0) return null
  const [lowest, highest] = [Math.min(...values), Math.max(...values)]
  const said =
    values.length === 1
      ? slowdown(lowest)
      : `${slowdown(lowest)} to ${slowdown(highest)}, median ${slowdown(median(values))}`
  const all = values.length + row.differences.length
  return `${rowName(row)}: ${values.length} of ${format.plural(all, 'block')} disturbed; these said ${said}`
}

/** Why disturbed blocks are treated as they are; null where there are none. */
export function doubtfulRule(rows: readonly GateRow[]): string | null {
  return rows.some(({ doubtful }) => (doubtful ?? []).length > 0)
    ? 'Disturbed blocks can show a slowdown, since both versions met the same disturbance; they cannot rule one out, since it may hide one.'
    : null
}

/** All that is to be said of disturbed blocks: what they said, why that counts as it does, and by what they were disturbed. */
export function disturbanceTexts(result: GateResult): string[] {
  const rows = result.decision?.rows ?? []
  const rule = doubtfulRule(rows)
  return [
    ...rows.flatMap((row) => doubtfulText(row) ?? []),
    ...(rule === null ? [] : [rule]),
    ...disturbedTexts(result),
  ]
}

/** Which blocks were disturbed, by scenario, phase and kind, most frequent first, each with one reason in full. */
export function disturbedTexts({ blocks }: Pick<GateResult, 'blocks'>): string[] {
  const kinds = new Map<string, { count: number; readonly texts: Set<string> }>()
  for (const { cells } of blocks) {
    for (const { scenario, capacity, latency } of cells) {
      for (const [what, phase] of [
        ['capacity', capacity],
        ['latency', latency],
      ] as const) {
        if (!phase || phase.dropped === null) continue
        const key = JSON.stringify([scenario, what, kindOf(phase.dropped)])
        const kind = kinds.get(key) ?? { count: 0, texts: new Set() }
        kind.count++
        kind.texts.add(`${scenario}, ${what}: ${phase.dropped}`)
        kinds.set(key, kind)
      }
    }
  }
  return [...kinds.values()]
    .toSorted((a, b) => b.count - a.count)
    .map(({ count, texts: [first, second] }) => {
      const which = second === undefined ? '' : ', the first'
      return `${format.plural(count, 'block')} disturbed${which}: ${first}`
    })
}

/** `noisy`, `generator-bound`: the evidence behind it differs from block to block. */
function kindOf(reason: string): string {
  return reason.split(':', 1)[0] ?? reason
}
