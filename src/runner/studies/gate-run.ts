import { comparedScenarios, type NextStep, nextStep } from '../../gate/decision.js'
import { blocksWithin, planGate } from '../../gate/plan.js'
import type { GateDecision, GateResult } from '../../model/studies/gate.js'
import type { GateBlock } from '../../model/studies/gate-block.js'
import type { UnansweredByBase } from '../blocks/arm-failure.js'
import { type BlockEvents, type BlockParts, type BlockPlan, measureBlock } from '../blocks/arms-block.js'
import { conduct } from './conduct.js'

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
  const { events } = parts
  return await conduct<GateResult, 'block'>(
    { ...plan.result, decision: null },
    {
      next(result) {
        const { next, decision } = stepOf(result, plan)
        return next === 'measure' ? { step: 'block' } : { end: { decision, ...tooDear(result, decision) } }
      },
      async take(_, kept) {
        const unanswered: UnansweredByBase[] = []
        const block = await measureNext(kept.record, plan, parts, unanswered)
        const uncompared = unanswered.map(({ scenario, problem }) => ({
          scenario,
          reason: `base ${problem}`,
        }))
        if (uncompared.length > 0) kept.note({ uncompared })
        kept.note({ blocks: [...kept.record.blocks, block] })
        await kept.save({ decision: stepOf(kept.record, plan).decision })
        events.onMeasured?.(kept.record, leftSeconds(kept.record))
        return undefined
      },
      interrupted: (result) => ({ decision: stepOf(result, plan, true).decision }),
      failed: () => ({ decision: null }),
    },
    parts,
  )
}

function stepOf(result: GateResult, plan: GatePlan, interrupted = false): NextStep {
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
function tooDear(
  { settings, blocks, warnings }: GateResult,
  { ended }: GateDecision,
): Partial<Pick<GateResult, 'warnings'>> {
  if (ended !== 'budget' || blocks.length === 0) return {}
  const spent = blocks.reduce((sum, { seconds }) => sum + seconds, 0)
  const { problems } = planGate(settings, { perBlock: spent / blocks.length, setup: 0 })
  return { warnings: [...warnings, ...problems] }
}

/**
 * A scenario that only the head answers is left out from its first block on: it is new. One that the base has answered
 * before is not, and ends the gate, as does a gate without any other.
 * @param unanswered takes those left out
 */
async function measureNext(
  result: GateResult,
  plan: GatePlan,
  parts: GateParts,
  unanswered: UnansweredByBase[],
): Promise<GateBlock> {
  const compared = comparedScenarios(result)
  const scenarios = plan.scenarios.filter(({ info }) => compared.includes(info.name))
  const onUnanswered = (error: UnansweredByBase): void => {
    unanswered.push(error)
    if (result.blocks.length > 0 || unanswered.length === scenarios.length) throw unanswered[0]
  }
  const index = result.blocks.length + 1
  return await measureBlock(index, result.settings, { ...plan, scenarios }, { ...parts, onUnanswered })
}
