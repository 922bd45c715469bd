import type { Machine } from '../model/run/machine.js'
import type { GateArm, GateResult, GateSettings } from '../model/studies/gate.js'
import { randomOf, seedOf } from '../stats/estimate/random.js'
import { conditionDifferences, conditionsOf } from './conditions.js'

/** What a gate that is to be resumed would measure now. */
export interface Resuming {
  readonly machine: Machine
  readonly base: GateArm
  readonly head: GateArm
  readonly settings: GateSettings
}

/**
 * Why the blocks of a stored gate cannot be continued, a line each; none where they can. A rule that was changed after
 * blocks had been seen would make the chance of a false alarm unknown: only the budget may grow.
 */
export function resumeProblems(stored: GateResult, now: Resuming): string[] {
  const place = `gate ${stored.id}`
  const problems = conditionDifferences(
    conditionsOf(stored.machine, stored.settings.level),
    conditionsOf(now.machine, now.settings.level),
  ).map((text) => `${place}: ${text}; resume it where it was started`)
  for (const arm of ['base', 'head'] as const) {
    if (identityOf(stored[arm]) !== identityOf(now[arm])) {
      problems.push(
        `${place}: ${arm} is not what it was (${stored[arm].name}, now ${now[arm].name}); start a new gate`,
      )
    }
  }
  for (const key of Object.keys(now.settings) as (keyof GateSettings)[]) {
    if (key === 'budgetSeconds' || key === 'level') continue
    const [before, after] = [JSON.stringify(stored.settings[key]), JSON.stringify(now.settings[key])]
    if (before !== after)
      problems.push(`${place}: ${key} was ${before}, now ${after}; keep it, or start a new gate`)
  }
  const verdict = stored.decision?.ended === 'decided' ? stored.decision.verdict : null
  if (verdict !== null) problems.push(`${place}: is decided already: ${verdict}; start a new gate`)
  return problems
}

/** What was built, where that is known. */
function identityOf({ digest, obtained }: GateArm): string {
  return digest ?? JSON.stringify(obtained)
}

/** The logged coin flip of a block: which arm starts first, and is loaded first of the two. The same after a resumption. */
export function firstArm(seed: number, block: number): 'base' | 'head' {
  return randomOf(seedOf(seed, block))() < 0.5 ? 'base' : 'head'
}
