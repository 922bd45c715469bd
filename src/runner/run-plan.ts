import { messageOf, UserError } from '../model/errors.js'
import type { LatencyPhase, Outcome } from '../model/outcome.js'
import type { Cell, Run } from '../model/run.js'
import { judgeRepeats } from '../stats/validity-repeats.js'
import { type Boot, BootError, type Booted, type PlannedLevel, type PlannedScenario } from './booted.js'
import type { CellRef } from './events.js'
import { fitScenario } from './fit-scenario.js'
import { measureCell } from './measure-cell.js'
import type { MeasureContext } from './measure-context.js'
import type { BootGroup } from './order.js'

export interface RunPlan {
  /** The result so far: everything but cells. It is filled in as the run goes on. */
  readonly run: Run
  readonly levels: readonly PlannedLevel[]
  readonly scenarios: readonly PlannedScenario[]
  readonly groups: readonly BootGroup[]
}

export interface RunParts extends Omit<MeasureContext, 'settings' | 'earlierLatency'> {
  readonly boot: Boot
  /** Keeps the result; called at the start, after every cell and at the end. */
  save(run: Run): Promise<void>
}

/**
 * Measures every cell of the plan: boots each level once a repeat, and once more after it died. An interruption keeps all
 * finished cells, and of the one under way the capacity where it was measured.
 */
export async function runPlan(plan: RunPlan, parts: RunParts): Promise<Run> {
  const { run } = plan
  await parts.save(run)
  try {
    for (const group of plan.groups) await runGroup(group, plan, parts)
    run.cells = judgeRepeats(run.cells)
    run.state = 'completed'
  } catch (error) {
    if (!parts.signal.aborted) {
      run.state = 'failed'
      throw error
    }
    run.state = 'interrupted'
  } finally {
    run.finishedAt = new Date().toISOString()
    await parts.save(run)
  }
  return run
}

async function runGroup(group: BootGroup, plan: RunPlan, parts: RunParts): Promise<void> {
  const planned = plan.levels.find(({ info }) => info.key === group.level)
  if (!planned) throw new Error(`level ${group.level} is not in the plan`)
  let booted: Booted | null = null
  let bootFailure: Outcome | null = planned.skip ? { state: 'skipped', ...planned.skip } : null
  try {
    for (const name of group.scenarios) {
      parts.signal.throwIfAborted()
      const scenario = plan.scenarios.find(({ info }) => info.name === name)
      if (!scenario) throw new Error(`scenario ${name} is not in the plan`)
      const startedAt = new Date().toISOString()
      const ref: CellRef = {
        level: planned.info,
        scenario: name,
        repeat: group.repeat,
        index: plan.run.cells.length + 1,
        of: plan.run.plan.length,
      }
      const fitted = fitScenario(scenario, planned.level)
      if (!booted && !bootFailure && !('state' in fitted)) {
        const attempt: Booted | Outcome = await bootLevel(planned, ref, parts)
        if ('state' in attempt) bootFailure = attempt
        else booted = attempt
      }
      const outcome: Outcome =
        bootFailure ??
        ('state' in fitted
          ? fitted
          : await measureCell(booted as Booted, fitted, ref, {
              ...parts,
              settings: plan.run.settings,
              earlierLatency: earlierLatency(plan.run, group.level, name),
            }))
      await finishCell(
        { level: group.level, scenario: name, repeat: group.repeat, startedAt, outcome },
        ref,
        plan,
        parts,
      )
      parts.signal.throwIfAborted()
      const broken = outcome.state === 'failed' ? outcome.stage !== 'setup' : hasNoLatency(outcome)
      const leftWork = scenario.scenario.backlog === true && outcome.state !== 'skipped'
      if (booted && (broken || leftWork)) {
        // What is left of it is not the level that the next scenario should meet.
        await booted.stop()
        booted = null
      }
    }
  } finally {
    await booted?.stop()
  }
}

/** Whether its latency was wanted, and failed. */
function hasNoLatency(outcome: Outcome): boolean {
  return outcome.state === 'completed' && outcome.latencyFailure !== undefined
}

function earlierLatency({ cells }: Run, level: string, scenario: string): LatencyPhase | null {
  for (const { outcome, ...cell } of cells) {
    const isSame = cell.level === level && cell.scenario === scenario
    if (isSame && outcome.state === 'completed' && outcome.latency) return outcome.latency
  }
  return null
}

async function finishCell(
  cell: Omit<Cell, 'finishedAt'>,
  ref: CellRef,
  plan: RunPlan,
  parts: RunParts,
): Promise<void> {
  const finished: Cell = { ...cell, finishedAt: new Date().toISOString() }
  plan.run.cells.push(finished)
  await parts.save(plan.run)
  parts.events.onCell?.(ref, finished)
}

async function bootLevel(planned: PlannedLevel, ref: CellRef, parts: RunParts): Promise<Booted | Outcome> {
  parts.events.onBoot?.(planned.info)
  try {
    const booted = await parts.boot(planned, `${planned.info.key}-${ref.index}`, parts.signal)
    planned.info.services = booted.services
    planned.info.bootSeconds = booted.bootSeconds
    parts.events.onReady?.(planned.info, booted.url, booted.bootSeconds ?? 0, booted.warnings)
    return booted
  } catch (error) {
    parts.signal.throwIfAborted()
    // A port in use or an unreachable database is no property of the level: it is told, and nothing is measured.
    if (error instanceof UserError) throw error
    const known = error instanceof BootError
    return {
      state: 'failed',
      stage: known ? error.stage : 'boot',
      error: messageOf(error),
      log: known ? [...error.log] : [],
      sample: null,
    }
  }
}
