import { comparedScenarios, type NextStep, nextStep } from '../../gate/decision.js'
import { blocksWithin, planGate } from '../../gate/plan.js'
import type { GateDecision, GateResult } from '../../model/studies/gate.js'
import type { GateBlock } from '../../model/studies/gate-block.js'
import { UserError } from '../../words/errors.js'
import type { UnansweredByBase } from '../blocks/arm-failure.js'
import { type BlockEvents, type BlockParts, type BlockPlan, measureBlock } from '../blocks/arms-block.js'

export interface GatePlan extends BlockPlan {
  /** Goes on from the blocks that it holds. */
  readonly result: GateResult
  /** What a block is expected to cost, in seconds, until one has been measured. */
  readonly blockSeconds: number
}

export interface GateEvents extends BlockEvents {
  /** A block was measured: the gate as it stands, and what the budget has left in seconds. */
  readonly onMeasured?: (result: GateResult, leftSeconds: number) => void
}

/** Its signal is aborted to stop with the blocks so far. */
export interface GateParts extends BlockParts {
  readonly save: (result: GateResult) => Promise<void>
  readonly events: GateEvents
}

/**
 * Measures block after block until the rules say stop or the signal is aborted. The result is saved after each block
 * and at the end, whatever ends it.
 * @throws UserError when an arm does not boot, answers wrongly, or dies: exit code 1 for the head, 2 for the base. The
 *   result is saved as failed then, and holds no decision.
 */
export async function runGate(plan: GatePlan, parts: GateParts): Promise<GateResult> {
  let result: GateResult = { ...plan.result, state: 'running', finishedAt: null, decision: null }
  const save = async (changes: Partial<GateResult>): Promise<void> => {
    result = { ...result, ...changes }
    await parts.save(result)
  }
  const ended = () => new Date().toISOString()
  try {
    await save({})
    let { next, decision } = stepOf(result, plan, parts.signal.aborted)
    while (next === 'measure') {
      const unanswered: UnansweredByBase[] = []
      const block = await measureUnlessInterrupted(result, plan, parts, unanswered)
      const blocks = block === null ? result.blocks : [...result.blocks, block]
      const uncompared = unanswered.map(({ scenario, problem }) => ({ scenario, reason: `base ${problem}` }))
      if (uncompared.length > 0) result = { ...result, uncompared }
      ;({ next, decision } = stepOf({ ...result, blocks }, plan, parts.signal.aborted))
      await save({ blocks, decision })
      if (block !== null) parts.events.onMeasured?.(result, leftSeconds(result))
    }
    const state = decision.ended === 'interrupted' ? 'interrupted' : 'completed'
    const warnings = [...result.warnings, ...tooDear(result, decision.ended)]
    await save({ decision, state, finishedAt: ended(), warnings })
    return result
  } catch (error) {
    const reasons = error instanceof UserError ? error.problems : []
    const warnings = [...result.warnings, ...reasons]
    await save({ decision: null, state: 'failed', finishedAt: ended(), warnings })
    throw error
  }
}

function stepOf(result: GateResult, plan: GatePlan, interrupted: boolean): NextStep {
  const { settings, blocks } = result
  const left = blocksLeft(blocks, settings.budgetSeconds, plan.blockSeconds)
  return nextStep(settings, blocks, left, { interrupted, scenarios: comparedScenarios(result) })
}

/** Further blocks that the budget has room for: by what those so far took, else by what one is expected to. */
export function blocksLeft(blocks: readonly GateBlock[], budgetSeconds: number, expected: number): number {
  const spent = blocks.reduce((sum, { seconds }) => sum + seconds, 0)
  const perBlock = blocks.length === 0 ? expected : spent / blocks.length
  return blocksWithin(budgetSeconds - spent, { perBlock, setup: 0 })
}

function leftSeconds({ settings, blocks }: GateResult): number {
  return Math.max(0, settings.budgetSeconds - blocks.reduce((sum, { seconds }) => sum + seconds, 0))
}

/** Why a budget that seemed enough was not: by what the blocks took, it would have been refused. */
function tooDear({ settings, blocks }: GateResult, ended: GateDecision['ended']): readonly string[] {
  if (ended !== 'budget' || blocks.length === 0) return []
  const spent = blocks.reduce((sum, { seconds }) => sum + seconds, 0)
  return planGate(settings, { perBlock: spent / blocks.length, setup: 0 }).problems
}

/**
 * A scenario that only the head answers is left out from its first block on: it is new. One that the base has answered
 * before is not, and ends the gate, as does a gate without any other.
 * @param unanswered takes those left out
 */
async function measureUnlessInterrupted(
  result: GateResult,
  plan: GatePlan,
  parts: GateParts,
  unanswered: UnansweredByBase[],
): Promise<GateBlock | null> {
  const compared = comparedScenarios(result)
  const scenarios = plan.scenarios.filter(({ info }) => compared.includes(info.name))
  const onUnanswered = (error: UnansweredByBase): void => {
    unanswered.push(error)
    if (result.blocks.length > 0 || unanswered.length === scenarios.length) throw unanswered[0]
  }
  try {
    return await measureBlock(
      result.blocks.length + 1,
      result.settings,
      { ...plan, scenarios },
      { ...parts, onUnanswered },
    )
  } catch (error) {
    if (parts.signal.aborted) return null
    throw error
  }
}
