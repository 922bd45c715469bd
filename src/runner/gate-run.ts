import type { DuetEngine } from '../engine/duet.js'
import { type NextStep, nextStep } from '../gate/decision.js'
import { blocksWithin, planGate } from '../gate/plan.js'
import { firstArm } from '../gate/resume.js'
import { UserError } from '../model/errors.js'
import type { GateDecision, GateResult } from '../model/gate.js'
import type { GateBlock } from '../model/gate-block.js'
import { seedOf } from '../stats/random.js'
import { armFailure } from './arm-failure.js'
import { ArmWatch } from './arm-watch.js'
import { BootError, type Booted, type PlannedLevel, type PlannedScenario } from './booted.js'
import { type DuetMeasurement, type DuetParts, loadsAhead, measureDuet } from './duet-block.js'

export type Side = 'base' | 'head'

export interface GatePlan {
  /** Goes on from the blocks that it holds. */
  readonly result: GateResult
  readonly levels: Readonly<Record<Side, PlannedLevel>>
  readonly scenarios: readonly PlannedScenario[]
  readonly generatorCpus: readonly number[] | null
  /** What a block is expected to cost, in seconds, until one has been measured. */
  readonly blockSeconds: number
}

export interface GateEvents {
  /** A block begins. */
  readonly onBlock?: (index: number, first: Side) => void
  readonly onBoot?: (side: Side) => void
  readonly onScenario?: (name: string) => void
  /** A block was measured: the gate as it stands, and what the budget has left in seconds. */
  readonly onMeasured?: (result: GateResult, leftSeconds: number) => void
}

export interface GateParts extends Pick<DuetParts, 'treeCpu' | 'watchSteal' | 'leaseEnv'> {
  readonly engine: DuetEngine
  readonly boot: (side: Side, level: PlannedLevel, label: string, signal: AbortSignal) => Promise<Booted>
  readonly settle: (booted: readonly Booted[], signal: AbortSignal) => Promise<void>
  /** Aborted to stop with the blocks so far. */
  readonly signal: AbortSignal
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
      const block = await measureUnlessInterrupted(result, plan, parts)
      const blocks = block === null ? result.blocks : [...result.blocks, block]
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

function stepOf({ settings, blocks }: GateResult, plan: GatePlan, interrupted: boolean): NextStep {
  return nextStep(
    settings,
    blocks,
    blocksLeft(blocks, settings.budgetSeconds, plan.blockSeconds),
    interrupted,
  )
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

async function measureUnlessInterrupted(
  result: GateResult,
  plan: GatePlan,
  parts: GateParts,
): Promise<GateBlock | null> {
  try {
    return await measureBlock(result.blocks.length + 1, result, plan, parts)
  } catch (error) {
    if (parts.signal.aborted) return null
    throw error
  }
}

/** A fresh pair of processes, every scenario on it, both stopped. */
async function measureBlock(
  index: number,
  { settings }: GateResult,
  plan: GatePlan,
  parts: GateParts,
): Promise<GateBlock> {
  const startedAt = new Date()
  const began = performance.now()
  const first = firstArm(settings.seed, index)
  const order = first === 'base' ? (['base', 'head'] as const) : (['head', 'base'] as const)
  parts.events.onBlock?.(index, first)
  const up: Booted[] = []
  try {
    parts.engine.standBy(loadsAhead({ load: settings.load, generatorCpus: plan.generatorCpus }, parts))
    const [one, other] = await bootBoth(order, index, plan, parts, up)
    const watch = new ArmWatch({ [order[0]]: one, [order[1]]: other } as Record<Side, Booted>, parts.signal)
    const base = first === 'base' ? 0 : 1
    const measured: DuetMeasurement[] = []
    for (const [place, planned] of plan.scenarios.entries()) {
      parts.events.onScenario?.(planned.info.name)
      const duet = { booted: [one, other] as const, base, load: settings.load } as const
      const seed = seedOf(settings.seed, index * plan.scenarios.length + place)
      measured.push(
        await watch.during(planned.info.name, (check, signal) =>
          measureDuet({ ...duet, generatorCpus: plan.generatorCpus, seed }, planned, {
            ...parts,
            settle: (booted) => parts.settle(booted, signal),
            check,
            signal,
          }),
        ),
      )
    }
    await stopAll(up)
    return {
      index,
      startedAt: startedAt.toISOString(),
      seconds: (performance.now() - began) / 1_000,
      first,
      cells: measured.map(({ cell }) => cell),
      rssBytes: measured[0]?.rssBytes ?? null,
    }
  } finally {
    await Promise.all([stopAll(up), parts.engine.standDown()])
  }
}

/** Both at once, so that neither has idled longer when the load begins. @param up takes those that came up */
async function bootBoth(
  order: readonly [Side, Side],
  index: number,
  plan: GatePlan,
  parts: GateParts,
  up: Booted[],
): Promise<readonly [Booted, Booted]> {
  const [one, other] = await Promise.allSettled(order.map((side) => bootArm(side, index, plan, parts)))
  for (const settled of [one, other]) if (settled?.status === 'fulfilled') up.push(settled.value)
  if (one?.status === 'fulfilled' && other?.status === 'fulfilled') return [one.value, other.value]
  parts.signal.throwIfAborted()
  // Of the base first: where neither boots, the declaration is wrong, or the machine.
  const [base, head] = order[0] === 'base' ? [one, other] : [other, one]
  throw [base, head].find((settled) => settled?.status === 'rejected')?.reason
}

async function bootArm(side: Side, index: number, plan: GatePlan, parts: GateParts): Promise<Booted> {
  parts.events.onBoot?.(side)
  try {
    return await parts.boot(side, plan.levels[side], `${side}${index}`, parts.signal)
  } catch (error) {
    parts.signal.throwIfAborted()
    if (!(error instanceof BootError) || error.stage === 'services') throw error
    throw armFailure(side, `does not boot: ${error.message}`, error.log)
  }
}

async function stopAll(up: Booted[]): Promise<void> {
  await Promise.all(up.splice(0).map((booted) => booted.stop()))
}
