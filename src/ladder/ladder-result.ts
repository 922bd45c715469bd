import type { Claim } from '../model/plan/claim.js'
import type { Machine } from '../model/run/machine.js'
import type { Run, RunLevel, RunSettings } from '../model/run/run.js'
import type { EqualRate, Ladder, Reload } from '../model/studies/ladder.js'
import { foldRepeats, REPEAT_CONFIDENCE, type Repeats } from '../stats/estimate/repeat-interval.js'
import type { ScalingPoint } from '../stats/estimate/scaling-data.js'
import { fitScaling, type ScalingLaw } from '../stats/estimate/scaling-law.js'
import { type LadderCell, ladderCells } from './ladder-cells.js'

/** A level with a number of workers, as it was run. */
export interface Rung {
  readonly info: RunLevel
  /** From the command to readiness, in seconds, over every boot. */
  readonly boot: Repeats | null
  readonly reload: Reload | null
  /** Why there is no figure of it at all; null where there is one. */
  readonly missing: {
    readonly state: 'skipped' | 'failed'
    readonly reason: string
    readonly fix: string | null
  } | null
}

/** How the capacity of a level on a scenario grows with its workers. */
export interface Growth {
  readonly number: number
  readonly name: string
  readonly scenario: string
  readonly points: readonly ScalingPoint[]
  /** The Universal Scalability Law, or Amdahl's where there is too little for that. */
  readonly law: ScalingLaw | null
  /** Why there is no law. */
  readonly refused: string | null
}

/** What somebody says of a level, by its number. */
export type LevelClaim = Claim & { readonly figure: { readonly level: number } }

/** Everything that a ladder says, made from its two files. */
export interface LadderResult {
  readonly id: string
  readonly startedAt: string
  readonly state: Ladder['state']
  readonly version: string
  readonly git: Run['git']
  readonly machine: Machine
  readonly settings: RunSettings
  /** Cores that the service could use. */
  readonly serviceCores: number
  /** Of every interval. */
  readonly confidence: number
  readonly share: number | null
  readonly scenarios: Run['scenarios']
  readonly rates: readonly EqualRate[]
  /** From the lowest to the highest, of each those with fewer workers first. */
  readonly rungs: readonly Rung[]
  /** By scenario, then in the order of the rungs; rungs without any figure are left out. */
  readonly cells: readonly LadderCell[]
  readonly growth: readonly Growth[]
  readonly claims: readonly LevelClaim[]
  readonly warnings: readonly string[]
}

export function ladderResult(run: Run, ladder: Ladder): LadderResult {
  const infos = [...run.levels].sort(
    (a, b) => (a.number ?? 0) - (b.number ?? 0) || (a.workers ?? 0) - (b.workers ?? 0),
  )
  const rungs = infos.map((info) => rungOf(info, run, ladder))
  const measured = rungs.filter(({ missing }) => missing === null)
  const cells = ladderCells(
    run,
    measured.map(({ info }) => info),
  )
  return {
    id: ladder.id,
    startedAt: ladder.startedAt,
    state: ladder.state,
    version: ladder.tool.version,
    git: run.git,
    machine: run.machine,
    settings: run.settings,
    serviceCores: run.settings.affinity?.service.length ?? run.machine.usableCores,
    confidence: REPEAT_CONFIDENCE,
    share: ladder.share,
    scenarios: run.scenarios,
    rates: ladder.rates,
    rungs,
    cells,
    growth: growthOf(cells),
    claims: (ladder.claims ?? []).map(({ level, claim }) => ({
      ...claim,
      figure: { level, ...claim.figure },
    })),
    warnings: run.warnings,
  }
}

function rungOf(info: RunLevel, run: Run, { boots, reloads }: Ladder): Rung {
  const outcomes = run.cells.filter(({ level }) => level === info.key).map(({ outcome }) => outcome)
  const isMissing = outcomes.length > 0 && outcomes.every(({ state }) => state !== 'completed')
  const failed = outcomes.find(({ state }) => state === 'failed')
  const skipped = outcomes.find(({ state }) => state === 'skipped')
  const missing =
    failed?.state === 'failed'
      ? { state: failed.state, reason: `failed at ${failed.stage}: ${failed.error}`, fix: null }
      : skipped?.state === 'skipped'
        ? { state: skipped.state, reason: skipped.reason, fix: skipped.fix }
        : null
  return {
    info,
    boot: foldRepeats(boots.filter(({ level }) => level === info.key).map(({ seconds }) => seconds)),
    reload: reloads.find(({ level }) => level === info.key) ?? null,
    missing: isMissing ? missing : null,
  }
}

/** Of every level and scenario with two numbers of workers or more. */
function growthOf(cells: readonly LadderCell[]): Growth[] {
  const groups = new Map<string, LadderCell[]>()
  for (const cell of cells) {
    const key = JSON.stringify([cell.info.number, cell.info.name, cell.scenario])
    groups.set(key, [...(groups.get(key) ?? []), cell])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    const points = group.flatMap(({ info, capacity, validity }) =>
      validity.state === 'valid' && info.workers !== null && capacity
        ? capacity.each.map((throughput) => ({ n: info.workers ?? 1, throughput }))
        : [],
    )
    if (!first || first.info.number === null || group.length < 2) return []
    const { number, name } = first.info
    return [{ number, name, scenario: first.scenario, points, ...lawOf(points) }]
  })
}

function lawOf(points: readonly ScalingPoint[]): Pick<Growth, 'law' | 'refused'> {
  const usl = fitScaling(points)
  if ('fit' in usl) return { law: usl.fit, refused: null }
  const amdahl = fitScaling(points, { law: 'amdahl' })
  return 'fit' in amdahl ? { law: amdahl.fit, refused: null } : { law: null, refused: usl.refused }
}
