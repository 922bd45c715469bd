import type { GateDecision, GateErrors, GateResult, GateRow, GateSettings } from '../model/studies/gate.js'
import type { GateBlock } from '../model/studies/gate-block.js'
import type { GateIdentity } from '../model/studies/gate-identity.js'
import { neededOf, outlyingP } from '../stats/estimate/outlying.js'
import { seedOf } from '../stats/estimate/random.js'
import { signedRankTest } from '../stats/estimate/signed-rank.js'
import { hodgesLehmann, walshAverages } from '../stats/estimate/walsh.js'
import { percentText } from '../words/in-sentences.js'
import { differencesOf, logRatiosOf } from './block-figures.js'
import { decide, type Evidence, type Standing } from './decide.js'
import { detectable } from './detectable.js'
import { errorsOf } from './error-test.js'
import type { TestState } from './judge-test.js'
import type { Look } from './look.js'
import { type Rules, rulesOf } from './rules.js'

/** What the runner does next, and the decision as it stands. */
export interface NextStep {
  readonly next: 'measure' | 'stop'
  readonly decision: GateDecision
}

/**
 * Judges the blocks so far: pure, so that a resumed or a stored run comes to the same verdict. Without blocks, the next
 * step is to measure if the budget has room for the first look. What could have been found is told at the end only.
 * @param left further blocks that the budget has room for: `blocksWithin` of what is left of it
 * @param options `interrupted`: no block follows since the user stopped the gate; `scenarios`: those that are compared
 */
export function nextStep(
  settings: GateSettings,
  blocks: readonly GateBlock[],
  left: number,
  options: { readonly interrupted?: boolean; readonly scenarios?: readonly string[] } = {},
): NextStep {
  const { interrupted = false, scenarios = settings.scenarios } = options
  const rules = rulesOf(settings)
  const evidence = evidenceOf({ ...settings, scenarios: [...scenarios] }, blocks, left)
  const standing = decide(evidence, rules)
  const next = standing.verdict === 'open' && !interrupted ? 'measure' : 'stop'
  const rows = standing.states.map((state, index) =>
    rowOf(state, index, evidence, standing, settings, rules, next === 'stop'),
  )
  const decision: GateDecision = {
    verdict: standing.verdict === 'open' ? 'inconclusive' : standing.verdict,
    reason: reasonOf(standing, rows, settings, evidence),
    ended: endOf(standing, left, interrupted),
    regressLevel: rules.regressLevel,
    passLevel: rules.passLevel,
    rows,
    errors: [...standing.errors],
  }
  return { next, decision }
}

/** The scenarios of a gate that both versions answer, as far as is known. */
export function comparedScenarios({
  settings,
  uncompared,
}: Pick<GateResult, 'settings' | 'uncompared'>): string[] {
  const left = (uncompared ?? []).map(({ scenario }) => scenario)
  return settings.scenarios.filter((name) => !left.includes(name))
}

/** The decision on two sides that are the same in all that their processes can read: it needs no measuring. */
export function identicalDecision(settings: GateSettings, identity: GateIdentity): GateDecision {
  const { regressLevel, passLevel } = rulesOf(settings)
  const reason = sameText(identity)
  return { verdict: 'pass', reason, ended: 'identical', regressLevel, passLevel, rows: [], errors: [] }
}

function sameText({ artefacts, leftOut: { count, sample } }: GateIdentity): string {
  if (artefacts !== null)
    return `base and head are the same in what gate.artefacts names (${artefacts.join(', ')})`
  const more = count > sample.length ? ` and ${count - sample.length} more` : ''
  const leftOut = count === 0 ? '' : `; left out: ${sample.join(', ')}${more} (gate.ignore)`
  return `base and head differ in nothing that the service can read${leftOut}`
}

export function evidenceOf(settings: GateSettings, blocks: readonly GateBlock[], left: number): Evidence {
  return {
    tests: settings.scenarios.flatMap((scenario) =>
      settings.metrics.map((metric) => ({
        scenario,
        metric,
        differences: differencesOf(blocks, scenario, metric, settings),
      })),
    ),
    errors: settings.scenarios.map((scenario) => ({ scenario, blocks: errorsOf(blocks, scenario) })),
    blocks: blocks.length,
    left,
  }
}

function rowOf(
  state: TestState,
  index: number,
  evidence: Evidence,
  standing: Standing,
  settings: GateSettings,
  rules: Rules,
  isFinal: boolean,
): GateRow {
  const test = evidence.tests[index]
  if (test === undefined) throw new Error(`no test ${index}`)
  const seen = test.differences.slice(0, standing.blocks)
  const differences = seen.filter((each) => typeof each === 'number')
  const look = state.verdict === 'not-testable' ? null : state.look
  const values = look?.values ?? []
  const isDisturbed = look !== null && values.some((value, i) => value !== differences[i])
  const reachable = logRatiosOf(seen).length + evidence.left + evidence.blocks - standing.blocks
  const lastLook = rules.looks.findLast((n) => n <= reachable)
  return {
    scenario: test.scenario,
    metric: test.metric,
    verdict: state.verdict === 'open' ? 'inconclusive' : state.verdict,
    reason: rowReason(state, settings),
    differences,
    dropped: seen.filter((each) => each === 'dropped' || typeof each === 'object').length,
    doubtful: seen.flatMap((each) => (typeof each === 'object' ? [each.doubtful] : [])),
    n: look?.n ?? null,
    estimate: look?.estimate ?? hodgesLehmann(walshAverages(logRatiosOf(seen))),
    lower: look?.lower ?? null,
    upper: look === null || isDisturbed ? null : look.upper,
    pRegress: look === null ? null : pRegress(look, rules),
    pPass: look === null || isDisturbed ? null : signedRankTest(values, rules.threshold, 'less').p,
    mde80:
      look?.by !== 'ranks' || lastLook === undefined || !isFinal
        ? null
        : detectable(values, rules, {
            metric: test.metric,
            lastLook,
            seed: seedOf(settings.seed, index),
          }),
  }
}

function pRegress({ by, n, values }: Look, { floor, tail, earlyLevel }: Rules): number {
  return by === 'size'
    ? outlyingP(values, floor, neededOf(n, earlyLevel, tail), tail)
    : signedRankTest(values, floor, 'greater').p
}

function rowReason(state: TestState, { p99Requests }: GateSettings): string | null {
  if (state.verdict === 'open') return state.reason
  if (state.verdict !== 'not-testable') return null
  return `${state.reason}: it takes ${p99Requests} per arm and block`
}

function endOf({ verdict }: Standing, left: number, interrupted: boolean): GateDecision['ended'] {
  if (verdict === 'regress' || verdict === 'pass') return 'decided'
  if (interrupted) return 'interrupted'
  return left > 0 ? 'unreachable' : 'budget'
}

function reasonOf(
  { verdict, blocks, errors }: Standing,
  rows: readonly GateRow[],
  settings: GateSettings,
  evidence: Evidence,
): string {
  if (verdict === 'regress') return regressReason(rows, errors, settings)
  if (verdict === 'pass')
    return `no slowdown of ${percentText(settings.threshold)} or more, in ${blocks} blocks`
  if (rows.every((row) => row.verdict === 'not-testable')) return 'none of the metrics could be tested'
  const excess = errors.find((each) => each.verdict === 'excess')
  if (excess !== undefined) return `${excess.scenario}: more errors in head than chance allows`
  const open = rows.filter((row) => row.verdict === 'inconclusive')
  const first = open[0]
  const more = open.length > 1 ? ` (and ${open.length - 1} more)` : ''
  const why = first === undefined ? 'no verdict' : `${first.scenario} ${first.metric}: ${first.reason}${more}`
  return evidence.left > 0 ? why : `the budget ended after ${evidence.blocks} blocks: ${why}`
}

function regressReason(
  rows: readonly GateRow[],
  errors: readonly GateErrors[],
  { noiseFloor }: GateSettings,
): string {
  const slower = rows
    .filter((row) => row.verdict === 'regress')
    .map(({ scenario, metric }) => `${scenario} ${metric}`)
  const failing = errors.flatMap(({ scenario, verdict, reason }) =>
    verdict === 'regress' ? [`${scenario}: ${reason}`] : [],
  )
  const slowdown =
    slower.length === 0 ? [] : [`slower by more than ${percentText(noiseFloor)}: ${slower.join(', ')}`]
  return [...failing, ...slowdown].join('; ')
}
