import type { DuetEngine } from '../../engine/duet/duet.js'
import { firstArm } from '../../gate/resume.js'
import type { GateLoad } from '../../model/studies/gate.js'
import type { GateBlock } from '../../model/studies/gate-block.js'
import { seedOf } from '../../stats/estimate/random.js'
import { BootError, type Booted, type PlannedLevel, type PlannedScenario } from '../cell/booted.js'
import { armFailure, UnansweredByBase } from './arm-failure.js'
import { ArmWatch } from './arm-watch.js'
import { type DuetMeasurement, type DuetParts, loadsAhead, measureDuet } from './duet-block.js'

export type Side = 'base' | 'head'

/** Two services that are compared, and what they are loaded with. */
export interface BlockPlan {
  readonly levels: Readonly<Record<Side, PlannedLevel>>
  readonly scenarios: readonly PlannedScenario[]
  readonly generatorCpus: readonly number[] | null
}

export interface BlockSettings {
  readonly seed: number
  readonly load: GateLoad
}

export interface BlockEvents {
  /** A block begins. */
  readonly onBlock?: (index: number, first: Side) => void
  readonly onBoot?: (side: Side) => void
  readonly onScenario?: (name: string) => void
}

export interface BlockParts extends Pick<DuetParts, 'treeCpu' | 'watchSteal' | 'leaseEnv'> {
  readonly engine: DuetEngine
  readonly boot: (side: Side, level: PlannedLevel, label: string, signal: AbortSignal) => Promise<Booted>
  readonly settle: (booted: readonly Booted[], signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  readonly events: BlockEvents
  /** Takes a scenario that only the head answers, which then has no cell; without it, such a scenario ends the block. */
  readonly onUnanswered?: (error: UnansweredByBase) => void
}

/**
 * A fresh pair of processes, every scenario on it, both stopped.
 * @throws UserError when an arm does not boot, answers wrongly, or dies
 */
export async function measureBlock(
  index: number,
  settings: BlockSettings,
  plan: BlockPlan,
  parts: BlockParts,
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
      try {
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
      } catch (error) {
        if (!(error instanceof UnansweredByBase) || !parts.onUnanswered) throw error
        parts.onUnanswered(error)
      }
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
  plan: BlockPlan,
  parts: BlockParts,
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

async function bootArm(side: Side, index: number, plan: BlockPlan, parts: BlockParts): Promise<Booted> {
  parts.events.onBoot?.(side)
  try {
    return await parts.boot(side, plan.levels[side], `${side}${index}`, parts.signal)
  } catch (error) {
    parts.signal.throwIfAborted()
    if (!(error instanceof BootError) || error.stage === 'services') throw error
    throw armFailure(side, `does not boot: ${error.message}`)
  }
}

async function stopAll(up: Booted[]): Promise<void> {
  await Promise.all(up.splice(0).map((booted) => booted.stop()))
}
