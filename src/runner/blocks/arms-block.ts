import { firstArm } from '../../gate/resume.js'
import { LaunchError } from '../../launch/launcher.js'
import type { GateLoad } from '../../model/studies/gate.js'
import type { GateBlock } from '../../model/studies/gate-block.js'
import { seedOf } from '../../stats/estimate/random.js'
import { messageOf } from '../../words/errors.js'
import type { Booted, PlannedLevel, PlannedScenario } from '../cell/booted.js'
import { type Service, type ServiceParts, withService } from '../cell/with-service.js'
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

export interface BlockParts
  extends Pick<DuetParts, 'engine' | 'settle' | 'treeCpu' | 'watchSteal' | 'leaseEnv' | 'signal'> {
  readonly boot: (side: Side, level: PlannedLevel, label: string, signal: AbortSignal) => Promise<Booted>
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
  const { engine, events } = parts
  const startedAt = new Date()
  const began = performance.now()
  const first = firstArm(settings.seed, index)
  events.onBlock?.(index, first)
  try {
    engine.standBy(loadsAhead({ load: settings.load, generatorCpus: plan.generatorCpus }, parts))
    return await withService(plan.levels.base, bootOf('base', parts), (base) =>
      withService(plan.levels.head, bootOf('head', parts), async (head) => {
        const booted = await bootBoth({ base, head }, first, index, parts)
        const measured = await measureScenarios(booted, first, index, settings, plan, parts)
        await Promise.all([base.drop(), head.drop()])
        return {
          index,
          startedAt: startedAt.toISOString(),
          seconds: (performance.now() - began) / 1_000,
          first,
          cells: measured.map(({ cell }) => cell),
          rssBytes: measured[0]?.rssBytes ?? null,
        }
      }),
    )
  } finally {
    await engine.standDown()
  }
}

function bootOf(side: Side, { boot, signal, events }: BlockParts): ServiceParts {
  return {
    signal,
    boot: (level, label, aborted) => boot(side, level, label, aborted),
    events: { onBoot: () => events.onBoot?.(side) },
  }
}

/** Both at once, so that neither has idled longer when the load begins. */
async function bootBoth(
  services: Readonly<Record<Side, Service>>,
  first: Side,
  index: number,
  { signal }: BlockParts,
): Promise<Record<Side, Booted>> {
  const up = (side: Side) => bootArm(side, services[side], index)
  const other = first === 'base' ? 'head' : 'base'
  const settled = await Promise.allSettled([up(first), up(other)])
  const [base, head] = first === 'base' ? settled : [settled[1], settled[0]]
  if (base.status === 'fulfilled' && head.status === 'fulfilled')
    return { base: base.value, head: head.value }
  signal.throwIfAborted()
  // Of the base first: where neither boots, the declaration is wrong, or the machine.
  throw [base, head].find((one) => one.status === 'rejected')?.reason
}

async function bootArm(side: Side, service: Service, index: number): Promise<Booted> {
  try {
    return await service.up(`${side}${index}`)
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error
    throw armFailure(side, `does not boot: ${messageOf(error)}`)
  }
}

async function measureScenarios(
  booted: Readonly<Record<Side, Booted>>,
  first: Side,
  index: number,
  { seed, load }: BlockSettings,
  { scenarios, generatorCpus }: BlockPlan,
  parts: BlockParts,
): Promise<DuetMeasurement[]> {
  const watch = new ArmWatch(booted, parts.signal)
  const base = first === 'base' ? 0 : 1
  const both = base === 0 ? ([booted.base, booted.head] as const) : ([booted.head, booted.base] as const)
  const duet = { booted: both, base, load, generatorCpus } as const
  const measured: DuetMeasurement[] = []
  for (const [place, planned] of scenarios.entries()) {
    parts.events.onScenario?.(planned.info.name)
    const own = seedOf(seed, index * scenarios.length + place)
    try {
      measured.push(
        await watch.during(planned.info.name, (check, signal) =>
          measureDuet({ ...duet, seed: own }, planned, { ...parts, check, signal }),
        ),
      )
    } catch (error) {
      if (!(error instanceof UnansweredByBase) || !parts.onUnanswered) throw error
      parts.onUnanswered(error)
    }
  }
  return measured
}
