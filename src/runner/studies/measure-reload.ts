import { setTimeout as delay } from 'node:timers/promises'
import type { LoadPlan, OpenLoadPlan } from '../../model/plan/load-plan.js'
import type { RunSettings } from '../../model/run/run.js'
import type { Reload } from '../../model/studies/ladder.js'
import { nobodyIn } from '../../stats/validity/log-ins.js'
import { messageOf } from '../../words/errors.js'
import type { Boot, Booted, PlannedLevel, PlannedScenario } from '../cell/booted.js'
import { scenarioLoad } from '../cell/scenario-load.js'
import { withService } from '../cell/with-service.js'
import type { RunParts } from './run-plan.js'

/** Requests per second meanwhile, at most: few, so that a loss is the reload's doing and not the load's. */
const MOST_RATE = 50
const MOST_CONNECTIONS = 64

/** Workers that are not all new after so many seconds are waited for no longer. */
const LIMIT_SECONDS = 300
/** The load goes on for so long: what the old workers had begun may be lost late. */
const AFTER_MS = 1_000
/** Between two looks at the workers. */
const LOOK_MS = 50

/** A service that was booted from a level, whose own `reload` can be run. */
export interface Reloadable extends Booted {
  control(name: 'reload'): Promise<string>
}

export interface ReloadParts
  extends Pick<RunParts, 'openEngine' | 'settle' | 'leaseEnv' | 'signal' | 'events'> {
  readonly boot: Boot<Reloadable>
  /** Asks so often at once, each on a connection of its own, which worker answers; without those that did not. */
  askWorkers(url: string, times: number): Promise<readonly string[]>
}

/**
 * Boots a level, and times its own `reload` from the command until every worker is a new one, while requests of a scenario
 * arrive at a constant rate. Not for its readiness path: a worker that leaves says there that it is not ready, and loses
 * nothing by it. A level without `workerPath` is taken to be new when the command has ended.
 * @param scenario as it is sent to this level, with the rate that latency is measured at
 */
export async function measureReload(
  planned: PlannedLevel,
  scenario: PlannedScenario,
  settings: RunSettings,
  parts: ReloadParts,
): Promise<Reload> {
  const { signal } = parts
  const { info } = planned
  const none = {
    level: info.key,
    scenario: scenario.info.name,
    rate: Math.min(MOST_RATE, scenario.info.rate ?? MOST_RATE),
    seconds: null,
    commandSeconds: null,
    answered: 0,
    lost: 0,
    faults: [],
  }
  return await withService(planned, parts, async (service) => {
    try {
      const booted = await service.up(`${info.key}-reload`)
      await parts.settle(booted.trees, signal)
      const { seed } = settings
      const load = await scenarioLoad(scenario, booted.url, { settings, seed }, signal)
      return { ...none, ...(await underLoad(booted, untilOver(load, none.rate), parts)) }
    } catch (error) {
      signal.throwIfAborted()
      return { ...none, error: `${service.current ? '' : 'it did not boot: '}${messageOf(error)}` }
    }
  })
}

async function underLoad(
  booted: Reloadable,
  plan: OpenLoadPlan,
  { openEngine, signal, leaseEnv, askWorkers }: ReloadParts,
): Promise<Omit<Reload, 'level' | 'scenario' | 'rate'>> {
  const { workers } = booted
  const ask = workers
    ? async () => askWorkers(new URL(workers.path, booted.url).href, 4 * workers.expected)
    : null
  const before = new Set(await ask?.())
  const over = new AbortController()
  let started = () => {}
  const start = new Promise<void>((resolve) => {
    started = resolve
  })
  const load = openEngine.run(plan, {
    signal: AbortSignal.any([signal, over.signal]),
    env: leaseEnv,
    onStart: started,
  })
  try {
    // A generator that fails never starts: its error is thrown by the load.
    await Promise.race([start, load])
    signal.throwIfAborted()
    const timed = await timeReload(booted, before, ask, signal)
    await delay(AFTER_MS, undefined, { signal })
    over.abort()
    const sample = await load
    const nobody = nobodyIn(sample)
    if (nobody) throw new Error(nobody)
    const { counts, errors } = sample
    const lost = counts.badStatus + counts.badBody + counts.timeout + counts.connectionError
    return { ...timed, answered: counts.ok, lost, faults: errors }
  } finally {
    over.abort()
    await Promise.allSettled([load])
  }
}

async function timeReload(
  booted: Reloadable,
  before: ReadonlySet<string>,
  ask: (() => Promise<readonly string[]>) | null,
  signal: AbortSignal,
): Promise<Pick<Reload, 'seconds' | 'commandSeconds' | 'error'>> {
  const begin = performance.now()
  const elapsed = () => (performance.now() - begin) / 1_000
  let commandSeconds: number | null = null
  try {
    await booted.control('reload')
    commandSeconds = elapsed()
    if (ask) await untilNew(before, ask, booted.workers?.expected ?? 1, signal)
    return { seconds: elapsed(), commandSeconds, error: null }
  } catch (error) {
    signal.throwIfAborted()
    return { seconds: null, commandSeconds, error: messageOf(error) }
  }
}

/** Until as many new workers as there should be have answered, and in one look no old one did. */
async function untilNew(
  before: ReadonlySet<string>,
  ask: () => Promise<readonly string[]>,
  expected: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + LIMIT_SECONDS * 1_000
  const fresh = new Set<string>()
  for (;;) {
    const answers = await ask()
    signal.throwIfAborted()
    for (const id of answers) if (!before.has(id)) fresh.add(id)
    const oldGone = answers.length > 0 && answers.every((id) => !before.has(id))
    if (oldGone && fresh.size >= expected) return
    if (performance.now() > deadline)
      throw new Error(`${fresh.size} of ${expected} workers were new after ${LIMIT_SECONDS} s`)
    await delay(LOOK_MS, undefined, { signal })
  }
}

function untilOver(load: Omit<LoadPlan, 'durationSeconds'>, rate: number): OpenLoadPlan {
  return {
    ...load,
    generators: 1,
    arrival: 'uniform',
    // It ends with the reload.
    stages: [{ seconds: 2 * LIMIT_SECONDS, from: rate, to: rate }],
    leadInSeconds: 1,
    maxConnections: MOST_CONNECTIONS,
  }
}
