import { nextStep } from '../../../../src/gate/decision.js'
import type { GateResult, GateSettings } from '../../../../src/model/studies/gate.js'
import type { GateBlock } from '../../../../src/model/studies/gate-block.js'
import { gateBlock, gateCell, gateResult, gateSettings, latencyPhase } from '../../../helpers/gate-fixture.js'

/** Differences of so many blocks about a slowdown, the same in every test. */
function around(n: number, slowdown: number, width = 0.02): number[] {
  return Array.from({ length: n }, (_, i) => Math.log1p(slowdown) + width * (((i * 7) % n) / n - 0.5))
}

function decided(
  settings: GateSettings,
  blocks: GateBlock[],
  left: number,
  changes: Partial<GateResult> = {},
): GateResult {
  const { decision } = nextStep(settings, blocks, left)
  return gateResult({ settings, blocks, decision, ...changes })
}

/** Two scenarios, one of them 8 % slower; one p99 of too few requests. */
export function regressed(names: readonly [string, string] = ['simple', 'db-read']): GateResult {
  const settings = gateSettings({ scenarios: [...names], metrics: ['throughput', 'cpu', 'p99'] })
  const [slow, same] = [around(12, 0.08), around(12, 0)]
  const blocks = slow.map((d, i) =>
    gateBlock(i + 1, [
      { ...gateCell(names[0], { throughput: d, cpu: d / 2 }), latency: latencyPhase(1000, 1000 + i, 10_000) },
      {
        ...gateCell(names[1], { throughput: same[i] ?? 0, cpu: 0 }),
        latency: latencyPhase(2000, 2000, 5000),
      },
    ]),
  )
  return decided(settings, blocks, 8)
}

export function passed(): GateResult {
  const blocks = around(9, 0.002).map((d, i) =>
    gateBlock(i + 1, [gateCell('simple', { throughput: d, cpu: d })]),
  )
  return decided(gateSettings(), blocks, 11)
}

/** Wide noise, a burst of errors in head, dropped blocks and a warning. */
export function undecided(): GateResult {
  const blocks = around(12, 0.03, 0.3).map((d, i) => {
    const cell = gateCell('simple', { throughput: d, cpu: d })
    if (i === 2) cell.capacity.head = { requests: 2100, errors: 40 }
    if (i > 9) cell.capacity.dropped = 'noisy: 9 % of the CPU time went to other machines'
    return gateBlock(i + 1, [cell], { rssBytes: null })
  })
  return decided(gateSettings(), blocks, 0, { warnings: ['the base arm was built without its lock file'] })
}

/** A head that is six times slower and fails requests, on a machine so busy that no block counts for a pass. */
export function broken(): GateResult {
  const settings = gateSettings({ scenarios: ['home', 'search'] })
  const blocks = [1.7, 1.85, 1.78].map((d, i) => {
    const cell = gateCell('home', { throughput: d, cpu: d - 0.1 })
    const steps = [{ name: 'log in', count: 60 + i }]
    const example = { status: 500, text: '{"error":"<b>no</b> pool"}' }
    const kinds = [{ what: 'status 500', count: 60 + i, steps, example }]
    cell.capacity.head = { requests: 2100, errors: 60 + i, kinds }
    cell.capacity.dropped = `noisy: other processes took ${60 + i} % of the CPU time (limit 15 %)`
    return gateBlock(i + 1, [cell])
  })
  const { decision } = nextStep(settings, blocks, 20, { scenarios: ['home'] })
  const reason = 'base does not answer as expected: 1,860 × status 404'
  return gateResult({ settings, blocks, decision, uncompared: [{ scenario: 'search', reason }] })
}

/** As a file holds it: counts are whole numbers. */
export function asStored(result: GateResult): GateResult {
  return JSON.parse(JSON.stringify(result, (key, value) => (key === 'ok' ? Math.round(value) : value)))
}
