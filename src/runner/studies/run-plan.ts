import type { CompletedOutcome, Outcome } from '../../model/run/outcome.js'
import type { Cell, Run } from '../../model/run/run.js'
import { slosWithoutLatency } from '../../stats/validity/slo.js'
import { judgeRepeats } from '../../stats/validity/validity-repeats.js'
import { messageOf, UserError } from '../../words/errors.js'
import { type Boot, BootError, type Booted, type PlannedLevel, type PlannedScenario } from '../cell/booted.js'
import type { CellRef } from '../cell/events.js'
import { fitScenario } from '../cell/fit-scenario.js'
import { measureCell } from '../cell/measure-cell.js'
import type { MeasureContext } from '../cell/measure-context.js'
import {
  earlierLoad,
  isOneRate,
  lowestCapacity,
  type Turn,
  turnsOf,
  WAITING,
  type Waiting,
  waitingCell,
} from '../cell/one-rate.js'
import type { BootGroup } from '../cell/order.js'

export interface RunPlan {
  /** The result so far: everything but cells. It is filled in as the run goes on. */
  readonly run: Run
  readonly levels: readonly PlannedLevel[]
  readonly scenarios: readonly PlannedScenario[]
  readonly groups: readonly BootGroup[]
}

export interface RunParts
  extends Omit<MeasureContext, 'settings' | 'earlierLatency' | 'lowestCapacity' | 'measured'> {
  readonly boot: Boot
  /** Keeps the result; called at the start, after every cell and at the end. */
  save(run: Run): Promise<void>
}

/**
 * Measures every cell of the plan: boots each level once a repeat, once more after it died, and once more where its latency
 * waits for the capacities of others. An interruption keeps all finished cells, and the capacities of the others.
 */
export async function runPlan(plan: RunPlan, parts: RunParts): Promise<Run> {
  const { run } = plan
  await parts.save(run)
  try {
    for (const turn of turnsOf(plan)) await runTurn(turn, plan, parts)
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

async function runTurn(turn: Turn, plan: RunPlan, parts: RunParts): Promise<void> {
  const planned = plan.levels.find(({ info }) => info.key === turn.level)
  if (!planned) throw new Error(`level ${turn.level} is not in the plan`)
  let booted: Booted | null = null
  let bootFailure: Outcome | null = planned.skip ? { state: 'skipped', ...planned.skip } : null
  try {
    for (const name of turn.scenarios) {
      parts.signal.throwIfAborted()
      const waiting = waitingCell(plan.run.cells, turn, name)
      if (turn.phases === 'latency' && waiting === null) continue
      const scenario = plan.scenarios.find(({ info }) => info.name === name)
      if (!scenario) throw new Error(`scenario ${name} is not in the plan`)
      const startedAt = new Date().toISOString()
      const ref: CellRef = {
        level: planned.info,
        scenario: name,
        repeat: turn.repeat,
        index: (waiting?.index ?? plan.run.cells.length) + 1,
        of: plan.run.plan.length,
      }
      const fitted = fitScenario(scenario, planned.level)
      if (!booted && !bootFailure && !('state' in fitted)) {
        const attempt: Booted | Outcome = await bootLevel(planned, ref, parts, turn)
        if ('state' in attempt) bootFailure = attempt
        else booted = attempt
      }
      const measured: Outcome =
        bootFailure ??
        ('state' in fitted
          ? fitted
          : await measureCell(booted as Booted, fitted, ref, {
              ...parts,
              ...loadOf(plan.run, turn, name, waiting),
            }))
      const outcome = keepingCapacity(waiting, measured, scenario)
      if (outcome.state === 'completed' && outcome.server.elsewhere) planned.info.elsewhere = true
      const cell = { level: turn.level, scenario: name, repeat: turn.repeat, startedAt, outcome }
      await (turn.phases === 'capacity' && outcome.state === 'completed'
        ? keepCapacity({ ...cell, outcome }, plan, parts)
        : finishCell(cell, ref, plan, parts, waiting))
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

/** A cell whose capacity is known keeps it, whatever becomes of the boot for its latency. */
function keepingCapacity(waiting: Waiting | null, measured: Outcome, { slos }: PlannedScenario): Outcome {
  if (waiting === null || measured.state !== 'failed') return measured
  const { error, log, sample } = measured
  const { outcome } = waiting
  return { ...outcome, latencyFailure: { error, log, sample }, slo: slosWithoutLatency(slos, outcome) }
}

/** What of a cell is measured in a turn, and at which rate. */
function loadOf(
  run: Run,
  { phases, level }: Turn,
  scenario: string,
  waiting: Waiting | null,
): Pick<MeasureContext, 'settings' | 'earlierLatency' | 'lowestCapacity' | 'measured'> {
  const { settings, cells } = run
  if (phases === 'capacity') return { settings: { ...settings, latency: null } }
  const oneRate = isOneRate(run)
  return {
    settings,
    earlierLatency: earlierLoad(cells, { level, scenario }, oneRate),
    lowestCapacity: oneRate ? lowestCapacity(cells, scenario) : null,
    measured: waiting?.outcome ?? null,
  }
}

type Unfinished<Of extends Outcome = Outcome> = Omit<Cell, 'finishedAt' | 'outcome'> & { outcome: Of }

/** Of a cell whose latency comes later; so it stays in the result if that never does. */
async function keepCapacity(
  cell: Unfinished<CompletedOutcome>,
  plan: RunPlan,
  parts: RunParts,
): Promise<void> {
  const warnings = [...cell.outcome.warnings, WAITING]
  const outcome = { ...cell.outcome, slo: [], warnings }
  plan.run.cells.push({ ...cell, outcome, finishedAt: new Date().toISOString() })
  await parts.save(plan.run)
}

async function finishCell(
  cell: Unfinished,
  ref: CellRef,
  plan: RunPlan,
  parts: RunParts,
  waiting: Waiting | null,
): Promise<void> {
  const finished: Cell = { ...cell, finishedAt: new Date().toISOString() }
  if (waiting === null) plan.run.cells.push(finished)
  else plan.run.cells[waiting.index] = finished
  await parts.save(plan.run)
  parts.events.onCell?.(ref, finished)
}

async function bootLevel(
  planned: PlannedLevel,
  ref: CellRef,
  parts: RunParts,
  { phases }: Turn,
): Promise<Booted | Outcome> {
  parts.events.onBoot?.(planned.info)
  try {
    const booted = await parts.boot(
      planned,
      `${planned.info.key}-${phases === 'latency' ? ref.of + ref.index : ref.index}`,
      parts.signal,
    )
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
