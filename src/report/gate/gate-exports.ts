import type { GateResult, GateRow } from '../../model/studies/gate.js'
import { percentText } from '../../words/in-sentences.js'
import { metricName, slowdown, slowest } from './gate-text.js'

/**
 * For other tools, figures are cost ratios, head ÷ base: 1 is equal, above is slower. Unlike absolute figures these may
 * be compared across machines; unlike slowdowns they are never zero, by which such tools divide.
 */
function ratio(logRatio: number): number {
  return Number(Math.exp(logRatio).toFixed(5))
}

function estimated(result: GateResult): (GateRow & { readonly estimate: number })[] {
  return (result.decision?.rows ?? []).flatMap((row) =>
    row.estimate === null ? [] : [{ ...row, estimate: row.estimate }],
  )
}

/** JSON for github-action-benchmark's `customSmallerIsBetter`. */
export function gateSmallerIsBetter(result: GateResult): string {
  const entries = estimated(result).map(({ scenario, metric, estimate, lower, upper, verdict, n }) => ({
    name: `${scenario}: ${metricName(metric)}`,
    unit: 'head ÷ base',
    value: ratio(estimate),
    ...(lower === null || upper === null ? {} : { range: `${ratio(lower)} – ${ratio(upper)}` }),
    extra: `${verdict}, ${n} blocks`,
  }))
  return json(entries)
}

/** Bencher Metric Format: benchmark (the scenario) → measure → value with its bounds. */
export function gateBencher(result: GateResult): string {
  const scenarios = new Map<string, [string, object][]>()
  for (const { scenario, metric, estimate, lower, upper } of estimated(result)) {
    const measure = {
      value: ratio(estimate),
      ...(lower === null ? {} : { lower_value: ratio(lower) }),
      ...(upper === null ? {} : { upper_value: ratio(upper) }),
    }
    scenarios.set(scenario, [...(scenarios.get(scenario) ?? []), [`${metric}-ratio`, measure]])
  }
  return json(
    Object.fromEntries([...scenarios].map(([name, measures]) => [name, Object.fromEntries(measures)])),
  )
}

/** JSON for a shields.io endpoint badge. */
export function gateBadge(result: GateResult): string {
  const [message, color] = badgeOf(result)
  return json({ schemaVersion: 1, label: 'performance', message, color })
}

function badgeOf({ decision, settings }: GateResult): [message: string, color: string] {
  if (decision === null) return ['not measured', 'lightgrey']
  if (decision.verdict === 'inconclusive') return ['no verdict', 'yellow']
  if (decision.verdict === 'pass')
    return [`slower by less than ${percentText(settings.threshold)}`, 'brightgreen']
  const worst = slowest(decision)
  return worst === undefined
    ? ['failing', 'red']
    : [`${slowdown(worst.estimate)} ${metricName(worst.metric)}`, 'red']
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
