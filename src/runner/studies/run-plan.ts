import type { CompletedOutcome, Outcome } from '../../model/run/outcome.js'
import type { Cell, Run, RunLevel } from '../../model/run/run.js'
import { slosWithoutLatency } from '../../stats/validity/slo.js'
import { judgeRepeats } from '../../stats/validity/validity-repeats.js'
import type { Boot, Booted, PlannedLevel, PlannedScenario } from '../cell/booted.js'
import type { CellRef } from '../cell/events.js'
import { fitScenario } from '../cell/fit-scenario.js'
import { measureCell } from '../cell/measure-cell.js'
import type { MeasureContext } from '../cell/measure-context.js'
import {
  earlierLoad,
  isOneRate,
  lowestCapacity,
  nextTurn,
  type Turn,
  turnsOf,
  WAITING,
  type Waiting,
  waitingCell,
} from '../cell/one-rate.js'
import type { BootGroup } from '../cell/order.js'
import { bootedAs, bootFailure, type Service, withService } from '../cell/with-service.js'
import { conduct, type Kept } from './conduct.js'

export interface RunPlan {
  /** The result before anything was measured. */
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
export async function runPlan({ run, ...plan }: RunPlan, parts: RunParts): Promise<Run> {
  const turns = turnsOf({ ...plan, run })
  return await conduct<Run, Turn>(
    run,
    {
      next({ cells }) {
        const step = nextTurn(turns, cells)
        return step === null ? { end: { cells: judgeRepeats(cells) } } : { step }
      },
      async take(turn, kept) {
        await takeTurn(turn, { ...plan, kept, parts })
        return undefined
      },
    },
    parts,
  )
}

/** What a turn works with. */
interface Around extends Omit<RunPlan, 'run'> {
  readonly kept: Kept<Run>
  readonly parts: RunParts
}

async function takeTurn(turn: Turn, around: Around): Promise<void> {
  const { kept, parts, levels } = around
  const planned = levels.find(({ info }) => info.key === turn.level)
  if (!planned) throw new Error(`level ${turn.level} is not in the plan`)
  let bootFailed: Outcome | null = planned.skip ? { state: 'skipped', ...planned.skip } : null
  await withService(planned, parts, async (service) => {
    for (const name of turn.scenarios) {
      parts.signal.throwIfAborted()
      const scenario = around.scenarios.find(({ info }) => info.name === name)
      if (!scenario) throw new Error(`scenario ${name} is not in the plan`)
      const { cells, plan } = kept.record
      const waiting = waitingCell(cells, turn, name)
      const startedAt = new Date().toISOString()
      const ref: CellRef = {
        level: planned.info,
        scenario: name,
        repeat: turn.repeat,
        index: (waiting?.index ?? cells.length) + 1,
        of: plan.length,
      }
      const fitted = fitScenario(scenario, planned.level)
      if (!bootFailed && !('state' in fitted)) bootFailed = await bootLevel(service, ref, turn, around)
      const measured: Outcome =
        bootFailed ??
        ('state' in fitted
          ? fitted
          : await measureCell(service.current as Booted, fitted, ref, {
              ...parts,
              ...loadOf(kept.record, turn, name, waiting),
            }))
      const outcome = keepingCapacity(waiting, measured, scenario)
      if (outcome.state === 'completed' && outcome.server.elsewhere)
        noteLevel(kept, turn.level, (level) => ({ ...level, elsewhere: true }))
      const cell = { level: turn.level, scenario: name, repeat: turn.repeat, startedAt, outcome }
      if (turn.phases === 'capacity' && outcome.state === 'completed')
        await keepCapacity({ ...cell, outcome }, kept)
      else await finishCell(cell, ref, around, waiting)
      parts.signal.throwIfAborted()
      const broken = outcome.state === 'failed' ? outcome.stage !== 'setup' : hasNoLatency(outcome)
      const leftWork = scenario.scenario.backlog === true && outcome.state !== 'skipped'
      // What is left of it is not the level that the next scenario should meet.
      if (broken || leftWork) await service.drop()
    }
  })
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

/** Keeps the capacity of a cell whose latency comes later; it stays in the result if that never does. */
async function keepCapacity(cell: Unfinished<CompletedOutcome>, kept: Kept<Run>): Promise<void> {
  const warnings = [...cell.outcome.warnings, WAITING]
  const outcome = { ...cell.outcome, slo: [], warnings }
  const finishedAt = new Date().toISOString()
  await kept.save({ cells: [...kept.record.cells, { ...cell, outcome, finishedAt }] })
}

async function finishCell(
  cell: Unfinished,
  ref: CellRef,
  { kept, parts }: Around,
  waiting: Waiting | null,
): Promise<void> {
  const finished: Cell = { ...cell, finishedAt: new Date().toISOString() }
  const { cells } = kept.record
  await kept.save({ cells: waiting === null ? [...cells, finished] : cells.with(waiting.index, finished) })
  parts.events.onCell?.(ref, finished)
}

/** Boots the level unless it is up. Null, or the outcome of its cells where it does not come up. */
async function bootLevel(
  service: Service,
  { level: { key }, index, of }: CellRef,
  { phases }: Turn,
  { kept, parts: { signal } }: Around,
): Promise<Outcome | null> {
  if (service.current) return null
  try {
    const booted = await service.up(`${key}-${phases === 'latency' ? of + index : index}`)
    noteLevel(kept, key, (level) => bootedAs(level, booted))
    return null
  } catch (error) {
    signal.throwIfAborted()
    return bootFailure(error)
  }
}

/** Puts into the result what a level showed. */
function noteLevel(kept: Kept<Run>, key: string, change: (level: RunLevel) => RunLevel): void {
  kept.note({ levels: kept.record.levels.map((level) => (level.key === key ? change(level) : level)) })
}
