import { equalRates } from '../../ladder/equal-rates.js'
import type { Level } from '../../model/plan/level.js'
import type { Run, RunSettings } from '../../model/run/run.js'
import type { EqualRate, Ladder } from '../../model/studies/ladder.js'
import type { PlannedLevel, PlannedScenario } from '../cell/booted.js'
import type { RunEvents } from '../cell/events.js'
import { fitScenario } from '../cell/fit-scenario.js'
import { conduct, type Kept, type Study } from './conduct.js'
import { measureReload, type ReloadParts } from './measure-reload.js'
import { type RunParts, type RunPlan, runPlan } from './run-plan.js'

export interface LadderPlan extends RunPlan {
  /** The result before anything was measured. */
  readonly ladder: Ladder
}

export interface LadderParts extends Omit<RunParts, 'boot'>, ReloadParts {
  saveLadder(ladder: Ladder): Promise<void>
  /** What is done now, beside cells. */
  onStep(text: string): void
}

/** What a ladder does one after the other: it finds rates, measures all cells, and reloads level after level. */
type LadderStep = 'rates' | 'cells' | Reloading

/**
 * Finds the rates at which latencies will compare, measures every cell, and reloads each level that can. What is finished
 * stays: of an interruption the cells and reloads so far.
 */
export async function runLadder(
  { ladder: planned, ...plan }: LadderPlan,
  parts: LadderParts,
): Promise<{ run: Run; ladder: Ladder }> {
  let { run } = plan
  const save = async (changed: Run): Promise<void> => {
    run = changed
    await parts.save(run)
  }
  const rated = (rates: readonly EqualRate[]): RunPlan => withRates({ ...plan, run }, rates)
  const study: Study<Ladder, LadderStep> = {
    next({ rates, reloads }) {
      if (rates.length === 0 && run.settings.latency !== null) return { step: 'rates' }
      if (run.state !== 'completed') return { step: 'cells' }
      const [next] = reloadsDue(rated(rates), reloads)
      return next ? { step: next } : { end: {} }
    },
    async take(step, kept) {
      const events = collectingBoots(kept, parts)
      const both = async (changed: Run): Promise<void> => {
        await save(changed)
        await kept.save({})
      }
      if (step === 'rates') await kept.save({ rates: await findRates(plan, { ...parts, events }) })
      else if (step === 'cells') await runPlan(rated(kept.record.rates), { ...parts, events, save: both })
      else await reload(step, run.settings, kept, { ...parts, events })
      parts.signal.throwIfAborted()
      return undefined
    },
  }
  const ladder = await conduct(planned, study, { signal: parts.signal, save: parts.saveLadder })
  // Interrupted before its first cell.
  if (run.state === 'running') await save({ ...run, state: 'interrupted', finishedAt: ladder.finishedAt })
  return { run, ladder }
}

function collectingBoots(kept: Kept<Ladder>, { events }: LadderParts): RunEvents {
  return {
    ...events,
    onReady: (level, url, seconds, warnings) => {
      kept.note({ boots: [...kept.record.boots, { level: level.key, seconds }] })
      events.onReady?.(level, url, seconds, warnings)
    },
  }
}

/** From the lowest level upwards, until each scenario has the capacity of one. */
async function findRates(plan: RunPlan, parts: LadderParts): Promise<EqualRate[]> {
  const { latency } = plan.run.settings
  const scenarios = plan.scenarios.map(({ info }) => info.name)
  if (latency === null) return []
  const { rate, share } = latency
  if (rate !== null) return scenarios.map((scenario) => ({ scenario, rate, of: null }))
  const cells: Run['cells'] = []
  for (const level of plan.levels) {
    const known = equalRates(scenarios, cells, share ?? 1)
    const open = plan.scenarios.filter(
      (one) =>
        !('state' in fitScenario(one, level.level)) &&
        known.some(({ scenario, rate: of }) => scenario === one.info.name && of === null),
    )
    if (level.skip || open.length === 0) continue
    const names = open.map(({ info }) => info.name)
    parts.onStep(`${names.join(', ')}: capacity of level ${level.info.key} (${level.info.name}), for rates`)
    const run: Run = {
      ...plan.run,
      settings: { ...plan.run.settings, latency: null, repeats: 1 },
      plan: names.map((scenario) => ({ level: level.info.key, scenario, repeat: 1 })),
      cells: [],
    }
    const groups = [{ level: level.info.key, repeat: 1, scenarios: names }]
    // What it measures stays out of the result: it was not interleaved with anything.
    const measured = await runPlan(
      { run, levels: [level], scenarios: open, groups },
      { ...parts, save: async () => {} },
    )
    parts.signal.throwIfAborted()
    cells.push(...measured.cells)
  }
  return [...equalRates(scenarios, cells, share ?? 1)]
}

/** The same plan with the scenarios' own rates, in its result too. */
export function withRates<Plan extends RunPlan>(plan: Plan, rates: readonly EqualRate[]): Plan {
  const rateOf = (name: string) => rates.find(({ scenario }) => scenario === name)?.rate ?? null
  const scenarios = plan.scenarios.map((one) => {
    const rate = rateOf(one.info.name)
    return rate === null ? one : { ...one, info: { ...one.info, rate } }
  })
  const { settings } = plan.run
  const isRated = scenarios.every(({ info }) => info.rate !== undefined)
  const latency = settings.latency && isRated ? { ...settings.latency, share: null } : settings.latency
  const infos = scenarios.map(({ info }) => info)
  return { ...plan, run: { ...plan.run, scenarios: infos, settings: { ...settings, latency } }, scenarios }
}

interface Reloading {
  readonly planned: PlannedLevel
  readonly scenario: PlannedScenario
}

/** Every level that has the control and was not reloaded yet, with the most workers that it was run with. */
function reloadsDue(plan: RunPlan, done: Ladder['reloads']): Reloading[] {
  // Of a level the variant with the most workers comes last.
  const most = new Map(plan.levels.map((level) => [level.info.number, level]))
  return [...most.values()].flatMap((planned) => {
    const isDone = done.some(({ level }) => level === planned.info.key)
    if (isDone || planned.skip || !planned.level?.controls?.reload) return []
    const scenario = lightest(plan.scenarios, planned.level)
    return scenario ? [{ planned, scenario }] : []
  })
}

async function reload(
  { planned, scenario }: Reloading,
  settings: RunSettings,
  kept: Kept<Ladder>,
  parts: LadderParts,
): Promise<void> {
  const { key, name } = planned.info
  parts.onStep(`level ${key} (${name}): reload`)
  const done = await measureReload(planned, scenario, settings, parts)
  await kept.save({ reloads: [...kept.record.reloads, done] })
}

/** Of the scenarios that a level can be sent, the one whose rate is highest. */
function lightest(scenarios: readonly PlannedScenario[], level: Level): PlannedScenario | undefined {
  return scenarios
    .flatMap((one) => {
      const fitted = fitScenario(one, level)
      return 'state' in fitted ? [] : [fitted]
    })
    .toSorted((a, b) => (b.info.rate ?? 0) - (a.info.rate ?? 0))[0]
}
