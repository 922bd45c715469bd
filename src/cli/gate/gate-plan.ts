import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { gatherPlan, type ReadPlan } from '../../catalog/read-plan.js'
import type { GateChoices } from '../../config/gate-settings.js'
import { type ResolvedGate, resolveGate } from '../../config/resolve-gate.js'
import type { GateMetric, GateResult, GateSettings } from '../../model/studies/gate.js'
import { GATE_DEFAULTS, TAIL_LATENCY_SECONDS } from '../../model/studies/gate-defaults.js'
import { DUET_LEAD_IN_SECONDS } from '../../runner/blocks/duet-block.js'
import { DUET_SECONDS_TO_TELL } from '../../runner/blocks/duet-warm-up.js'
import { WARM_UP_LIMIT } from '../../runner/cell/steady.js'
import { collecting, UserError } from '../../words/errors.js'
import { randomSeed } from '../plan/random-seed.js'
import { envWithOnly, USED_BY_GATE } from '../plan/search-settings.js'
import type { Invocation } from '../terminal/invocation.js'
import { findOrigins, type Origins } from './gate-arms.js'

/** In a result, the level of services that rungs did not start. */
const URL_LEVEL = 'target'

export interface GateReading {
  readonly plan: ReadPlan
  readonly choices: GateChoices
  readonly sources: ResolvedGate['sources']
  /** Where base and head come from. */
  readonly origins: Origins
  /** The folder whose configuration declares level and scenarios. */
  readonly projectDir: string
}

/**
 * What is to be compared, and how: flags, environment, and the configuration of the head's folder.
 * @param stored a gate that is resumed, whose choices stand where no other are made
 * @throws UserError with all that is wrong.
 */
export async function readGate(
  { flags, env, cwd, output }: Invocation,
  stored: GateResult | null,
): Promise<GateReading> {
  const head = flags.head ?? (env.RUNGS_HEAD || env.HEAD || undefined) ?? stored?.head.name ?? '.'
  const folder = resolve(cwd, head)
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true
  const projectDir = isFolder ? folder : cwd
  const kept = stored && {
    level: stored.settings.level === URL_LEVEL ? undefined : stored.settings.level,
    scenario: stored.settings.scenarios.join(','),
  }
  const { problems: wrong, ...plan } = await gatherPlan({
    flags: {
      level: flags.level ?? kept?.level,
      scenario: flags.scenario ?? kept?.scenario,
      workers: flags.workers,
      affinity: flags.affinity,
      database: flags.database,
      allowRemote: flags.allowRemote,
      seed: flags.seed ?? (stored ? String(stored.settings.seed) : undefined),
      out: flags.out,
    },
    // `TIMEOUT` has no flag here, but it is how long any load waits for an answer.
    env: envWithOnly([...USED_BY_GATE, 'timeout'], env),
    cwd: projectDir,
    configFile: flags.config === undefined ? undefined : resolve(cwd, flags.config),
    randomSeed: randomSeed(),
    told: output,
    defaultsOf: (config) => ({
      ...config?.defaults,
      level: config?.gate?.level ?? 'lowest',
      scenario: config?.gate?.scenario ?? config?.scenarios?.[0]?.name ?? 'simple',
    }),
  })
  const { loaded, settings } = plan.configuration
  const { choices, sources, problems } = resolveGate({
    flags,
    env,
    file: loaded && { name: loaded.name, gate: loaded.config.gate ?? {} },
    ...(stored ? { fallback: choicesOf(stored) } : {}),
  })
  const levels = plan.levels.map(({ level }) => String(level.number))
  const all = [...wrong, ...problems]
  if (levels.length > 1)
    all.push(`--level ${settings.level.join(',')}: a gate compares at one level; name one`)
  const { base } = choices
  const origins =
    base === null
      ? null
      : await collecting(all, () => findOrigins({ base, head: choices.head }, cwd, settings.allowRemote))
  if (origins === null || all.length > 0) throw new UserError(all)
  return { plan, choices, sources, origins, projectDir }
}

function choicesOf({ base, head, settings }: GateResult): Partial<GateChoices> {
  const { budgetSeconds, threshold, alpha, metrics, load } = settings
  return {
    base: base.name,
    head: head.name,
    budget: budgetSeconds,
    threshold,
    alpha,
    metrics,
    measureIdentical: true,
    warmup: load.warmupSeconds,
    slices: load.slices,
    ...(load.latencySeconds > 0 ? { latencyTime: load.latencySeconds } : {}),
  }
}

/** The rules of the gate, fixed before its first block. @throws UserError for metrics that cannot be had. */
export function gateSettingsOf(
  { plan, choices, sources }: Pick<GateReading, 'plan' | 'choices' | 'sources'>,
  ofUrls: boolean,
): GateSettings {
  const metrics = ofUrls ? metricsOfUrls(choices, sources.metrics) : choices.metrics
  return {
    level: ofUrls ? URL_LEVEL : String(plan.levels[0]?.level.number),
    scenarios: plan.scenarios.map(({ scenario }) => scenario.name),
    metrics: [...metrics],
    ...GATE_DEFAULTS,
    looks: [...GATE_DEFAULTS.looks],
    earlyLooks: [...GATE_DEFAULTS.earlyLooks],
    threshold: choices.threshold,
    alpha: choices.alpha,
    budgetSeconds: choices.budget,
    seed: plan.configuration.settings.seed,
    load: {
      ...GATE_DEFAULTS.load,
      warmupSeconds: choices.warmup,
      slices: choices.slices,
      latencySeconds: latencySecondsOf(metrics, choices.latencyTime),
    },
  }
}

/** A median needs few requests, a tail many. */
function latencySecondsOf(metrics: readonly GateMetric[], asked: number | null): number {
  const percentiles = metrics.filter((metric) => metric.startsWith('p'))
  if (percentiles.length === 0) return 0
  if (asked !== null) return asked
  return percentiles.every((metric) => metric === 'p50')
    ? GATE_DEFAULTS.load.latencySeconds
    : TAIL_LATENCY_SECONDS
}

/** Somebody who asks for CPU is told; a configuration that asks for it, for its own versions, is not wrong. */
function metricsOfUrls({ metrics }: GateChoices, source: string): GateMetric[] {
  const known = metrics.filter((metric) => metric !== 'cpu')
  const isAsked = source === 'flag' || source.startsWith('environment')
  if (known.length === 0 || (isAsked && known.length < metrics.length)) {
    throw new UserError('--metrics cpu: is not known of services by URL; name others, such as throughput,p50')
  }
  return known
}

/** Booting a pair with its databases, and stopping it; what takes longer shows after a block. */
const BOOT_SECONDS = 2.5

/** Waiting until the services are quiet and for the common start, for each load; in seconds. */
const LOAD_OVERHEAD_SECONDS = 0.3

/** What a block should cost, before one has been measured, in seconds. */
export function expectedBlockSeconds({ scenarios, load }: GateSettings, ofUrls: boolean): number {
  const { warmupSeconds, slices, latencySeconds } = load
  const warmUp = Math.min(WARM_UP_LIMIT * warmupSeconds, Math.max(DUET_SECONDS_TO_TELL, warmupSeconds))
  const loads = 1 + (warmUp > 0 ? 1 : 0) + (latencySeconds > 0 ? 1 : 0)
  const leadIn = latencySeconds > 0 ? DUET_LEAD_IN_SECONDS : 0
  const perScenario = warmUp + slices + latencySeconds + leadIn + loads * LOAD_OVERHEAD_SECONDS
  return (ofUrls ? 0 : BOOT_SECONDS) + scenarios.length * perScenario
}
