import type { DuetEngine, Pair } from '../engine/duet.js'
import type { LoadPlan, OpenLoadPlan } from '../model/load-plan.js'
import type { Validity } from '../model/run.js'
import type { Sample } from '../model/sample.js'
import { randomOf, seedOf } from '../stats/random.js'
import { summarize } from '../stats/summarize.js'
import { openSummary } from '../stats/summarize-open.js'
import { judge } from '../stats/validity.js'
import { judgeOpen } from '../stats/validity-open.js'
import type { Booted, PlannedScenario } from './booted.js'
import { scenarioValues } from './scenario-values.js'
import { isSteady, WARM_UP_LIMIT } from './steady.js'

/** What all blocks of a gate share. */
export interface DuetSettings {
  readonly connections: number
  readonly warmupSeconds: number
  /** Slices of one second of closed-loop load. */
  readonly slices: number
  /** Of open-loop load. */
  readonly latencySeconds: number
  /** Of the base's throughput beside the head. */
  readonly latencyShare: number
  readonly maxConnections: number
  readonly generatorCpus: readonly number[] | null
}

/** What a block needs of the world. */
export interface DuetParts {
  readonly engine: DuetEngine
  /** CPU time and memory of process trees, now. */
  readonly treeCpu: (roots: readonly number[]) => { cpuUs: number; rssBytes: number; pids: readonly number[] }
  /** Share of the machine's CPU time that the hypervisor took since the call; null where unknown. */
  readonly watchSteal: () => () => number | null
  readonly settle: (booted: Pair<Booted>) => Promise<void>
  readonly leaseEnv: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** One arm in one slice. */
export interface ArmSlice {
  readonly requests: number
  /** Of the arm's process tree; null where it changed meanwhile, or is not ours. */
  readonly cpuUs: number | null
}

/** One arm, one scenario, one block. */
export interface ArmMeasurement {
  readonly slices: readonly ArmSlice[]
  readonly closed: Sample
  readonly open: Sample
  /** Of the latency phase, arrivals per second. */
  readonly rate: number
  /** Of the process tree after warm-up; null where it is not ours. */
  readonly rssBytes: number | null
  readonly validity: Validity
}

/**
 * Measures one scenario on two services that are up, both at once: warm-up until both are steady, slices of closed-loop
 * load with each tree's CPU time, then latency at one fixed rate.
 * @param base which of the two is the base: its throughput decides the rate
 * @param seed of the loads; both get the same
 */
export async function measureDuet(
  booted: Pair<Booted>,
  base: 0 | 1,
  planned: PlannedScenario,
  settings: DuetSettings,
  seed: number,
  parts: DuetParts,
): Promise<Pair<ArmMeasurement>> {
  const plans = await plansOf(booted, planned, settings, seed, parts)
  await warmUp(plans, settings, parts)
  const rss = both((arm) => treeOf(booted[arm], parts)?.rssBytes ?? null)
  await parts.settle(booted)
  const steal = parts.watchSteal()
  const { samples: closed, slices } = await measureSlices(booted, plans, settings, parts)
  await parts.settle(booted)
  const throughput = closed[base].counts.ok / (closed[base].durationUs / 1e6)
  const rate = Math.max(1, Math.round(throughput * settings.latencyShare))
  const open = await parts.engine.open(
    both((arm) => openPlan(plans[arm], rate, settings)),
    ioOf(parts),
  )
  parts.signal.throwIfAborted()
  const stealShare = steal()
  return both((arm) => ({
    slices: slices[arm],
    closed: closed[arm],
    open: open[arm],
    rate,
    rssBytes: rss[arm],
    validity: gravest(
      judge(closed[arm], summarize(closed[arm]), { workers: null, stealShare }, settings.connections),
      judgeOpen(open[arm], openSummary(open[arm]), { workers: null, stealShare }),
    ),
  }))
}

async function plansOf(
  booted: Pair<Booted>,
  planned: PlannedScenario,
  settings: DuetSettings,
  seed: number,
  { signal }: DuetParts,
): Promise<Pair<LoadPlan>> {
  const { scenario, info, rows } = planned
  const values = await Promise.all(booted.map(({ url }) => scenarioValues(planned, url, signal)))
  return both((arm) => ({
    baseUrl: booted[arm].url,
    steps: scenario.steps,
    variables: scenario.variables ?? {},
    values: values[arm] ?? {},
    connections: settings.connections,
    durationSeconds: settings.slices,
    timeoutSeconds: info.timeoutSeconds,
    generators: 1,
    ...(settings.generatorCpus ? { cpus: settings.generatorCpus } : {}),
    ...(rows ? { rows } : {}),
    seed,
  }))
}

/** Until both are steady, within a limit; loads of whole seconds, so that there is something to compare. */
async function warmUp(
  plans: Pair<LoadPlan>,
  { warmupSeconds }: DuetSettings,
  parts: DuetParts,
): Promise<void> {
  if (warmupSeconds === 0) return
  const perSecond: Pair<number[]> = [[], []]
  for (let round = 0; round < WARM_UP_LIMIT; round++) {
    const samples = await parts.engine.closed(
      both((arm) => ({ ...plans[arm], durationSeconds: warmupSeconds })),
      ioOf(parts),
    )
    parts.signal.throwIfAborted()
    for (const arm of [0, 1] as const) perSecond[arm].push(...samples[arm].intervals.map(({ ok }) => ok))
    if (perSecond.every(isSteady)) return
  }
}

async function measureSlices(
  booted: Pair<Booted>,
  plans: Pair<LoadPlan>,
  { slices }: DuetSettings,
  parts: DuetParts,
): Promise<{ samples: Pair<Sample>; slices: Pair<readonly ArmSlice[]> }> {
  const readings: Pair<ReturnType<DuetParts['treeCpu']> | null>[] = []
  const timers: NodeJS.Timeout[] = []
  const look = (): void => void readings.push(both((arm) => treeOf(booted[arm], parts)))
  let lastLook = Promise.resolve()
  const samples = await parts.engine.closed(plans, {
    ...ioOf(parts),
    onStart(atNs) {
      const leadMs = Number(atNs - process.hrtime.bigint()) / 1e6
      lastLook = new Promise((resolve) => {
        for (let slice = 0; slice <= slices; slice++) {
          const isLast = slice === slices
          timers.push(
            setTimeout(
              () => {
                look()
                if (isLast) resolve()
              },
              leadMs + 1_000 * slice,
            ),
          )
        }
      })
    },
  })
  try {
    parts.signal.throwIfAborted()
    await lastLook
  } finally {
    for (const timer of timers) clearTimeout(timer)
  }
  return {
    samples,
    slices: both((arm) =>
      slicesOf(
        samples[arm],
        readings.map((pair) => pair[arm]),
      ),
    ),
  }
}

function slicesOf(
  { intervals }: Sample,
  readings: readonly (ReturnType<DuetParts['treeCpu']> | null)[],
): ArmSlice[] {
  return intervals
    .filter(({ seconds }) => seconds === 1)
    .map(({ ok }, slice) => {
      const [before, after] = [readings[slice], readings[slice + 1]]
      const same = before && after && before.pids.join() === after.pids.join()
      return { requests: ok, cpuUs: same ? after.cpuUs - before.cpuUs : null }
    })
}

function openPlan(plan: LoadPlan, rate: number, settings: DuetSettings): OpenLoadPlan {
  const { connections: _, durationSeconds: __, ...common } = plan
  return {
    ...common,
    arrival: 'uniform',
    stages: [{ seconds: settings.latencySeconds, from: rate, to: rate }],
    leadInSeconds: 1,
    maxConnections: settings.maxConnections,
  }
}

/** What of a service's processes is its own: a database beside it serves both. */
function treeOf({ trees }: Booted, { treeCpu }: DuetParts): ReturnType<DuetParts['treeCpu']> | null {
  const own = trees.filter(({ role }) => role !== 'service')
  return own.length === 0 ? null : treeCpu(own.flatMap(({ pids }) => pids))
}

function ioOf({ signal, leaseEnv }: DuetParts) {
  return { signal, env: leaseEnv }
}

function gravest(closed: Validity, open: Validity): Validity {
  if (closed.state !== 'valid') return closed
  return open.state === 'valid' ? { state: 'valid', evidence: [] } : open
}

function both<T>(of: (arm: 0 | 1) => T): Pair<T> {
  return [of(0), of(1)]
}

/** The coin of a block: which arm boots and is loaded first. */
export function coinOf(seed: number, block: number): 0 | 1 {
  return randomOf(seedOf(seed, block))() < 0.5 ? 0 : 1
}
