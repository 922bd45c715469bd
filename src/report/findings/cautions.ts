import { isValid } from '../../figures/cell-figures.js'
import { coreList, type LeftOut, workerCpusText } from '../../figures/comparable.js'
import type { LadderRow } from '../../figures/ladder.js'
import { levelText } from '../../figures/level-ref.js'
import type { Run } from '../../model/run/run.js'
import * as format from '../../words/format.js'

/** What limits the figures, a sentence each. */
export function cautionsOf(
  rows: readonly LadderRow[],
  runs: readonly Run[],
  leftOut: readonly LeftOut[],
): string[] {
  return [
    ...smallCores(runs),
    ...fewCores(rows, runs),
    ...sharedCores(runs),
    ...uncertainty(rows),
    ...notInterleaved(rows, runs),
    ...notConcluded(rows),
    ...latencyNotConcluded(rows),
    ...unfinished(runs),
    ...leftOutText(leftOut),
  ]
}

/** Absolute figures are those of a part of a core. */
function smallCores(runs: readonly Run[]): string[] {
  const quotas = [
    ...new Set(runs.flatMap(({ settings }) => (settings.workerCpus ? [workerCpusText(settings)] : []))),
  ]
  if (quotas.length === 0) return []
  return [
    `Each worker had ${quotas.join(' or ')} (CPU quota): the figures show how levels and numbers of workers compare, and their rates and latencies are those of so small a core.`,
  ]
}

/** More workers than cores: the figures say nothing about what more workers give. */
function fewCores(rows: readonly LadderRow[], runs: readonly Run[]): string[] {
  const texts = rows.flatMap((row) => {
    const run = runs.find(({ id }) => id === row.runId)
    const { affinity, workerCpus } = run?.settings ?? {}
    // Containers are not kept to the service's cores.
    const isElsewhere = run?.levels.some(({ key, elsewhere }) => key === row.level.key && elsewhere)
    const cores = workerCpus || isElsewhere ? undefined : affinity?.service
    const { workers } = row.level
    if (cores === undefined || workers === null || workers <= 1 || cores.length >= workers) return []
    return [{ level: levelText(row.level), workers, cores }]
  })
  const first = texts[0]
  if (first === undefined) return []
  const levels = [...new Set(texts.map((text) => `${text.level} ran ${text.workers} workers`))]
  const where = coreList(first.cores)
  return [
    `${format.capital(format.list(levels))} on ${format.plural(first.cores.length, 'core')} (${where}): this run cannot show what more workers give.`,
  ]
}

function sharedCores(runs: readonly Run[]): string[] {
  return runs.length > 0 && runs.every((run) => run.settings.affinity === null)
    ? ['The load generator and the service shared the same cores, so each took CPU time from the other.']
    : []
}

function uncertainty(rows: readonly LadderRow[]): string[] {
  const compared = rows.filter((row) => row.speedup !== null)
  const bare = compared.filter((row) => row.speedup?.range === null)
  if (bare.length === 0) return []
  const which = bare.length === compared.length ? 'The differences' : 'Differences shown without a range'
  return [
    `${which} come from one repeat and have no stated uncertainty; measure again with --repeats 3 or more.`,
  ]
}

function notInterleaved(rows: readonly LadderRow[], runs: readonly Run[]): string[] {
  if (!rows.some((row) => row.speedup?.sameRun === false)) return []
  const unlike = [
    new Set(runs.map((run) => run.git?.commit)).size > 1 ? 'commit' : '',
    new Set(runs.map((run) => run.settings.durationSeconds)).size > 1 ? 'duration' : '',
    new Set(runs.map((run) => run.tool.version)).size > 1 ? 'version of rungs' : '',
  ].filter((word) => word !== '')
  const also = unlike.length === 0 ? '' : ` These runs also differ in ${format.list(unlike)}.`
  return [
    `Speed-ups marked † compare figures of different runs, which were not interleaved: what changed on the machine in between is part of the difference.${also}`,
  ]
}

function notConcluded(rows: readonly LadderRow[]): string[] {
  const invalid = rows.filter((row) => row.measured !== null && !isValid(row))
  const missing = rows.filter((row) => row.measured === null)
  const of = (count: number) => `${count} of ${format.plural(rows.length, 'cell')}`
  return [
    ...(invalid.length === 0
      ? []
      : [
          `${of(invalid.length)} ${invalid.length === 1 ? 'has a capacity that is' : 'have capacities that are'} not valid: shown hatched, and no conclusion is drawn.`,
        ]),
    ...(missing.length === 0
      ? []
      : [`${of(missing.length)} failed or ${missing.length === 1 ? 'was' : 'were'} skipped.`]),
  ]
}

/** Cells whose latency says nothing: measured and not valid, or not measured where that of others was. */
function latencyNotConcluded(rows: readonly LadderRow[]): string[] {
  const measured = rows.flatMap((row) => (row.measured === null ? [] : [row.measured]))
  const invalid = measured.filter(({ phases }) => phases.some((phase) => phase.validity.state !== 'valid'))
  const without = measured.filter(({ phases }) => phases.length === 0)
  const of = (count: number) => `${count} of ${format.plural(measured.length, 'cell')}`
  return [
    ...(invalid.length === 0
      ? []
      : [
          `The latency of ${of(invalid.length)} is not valid: shown hatched, and no conclusion is drawn from it.`,
        ]),
    ...(without.length === 0
      ? []
      : [
          `${without.length === measured.length ? 'Latency was not measured' : `Latency of ${of(without.length)} was not measured`}: what a closed loop times at full load is not the latency that users see.`,
        ]),
  ]
}

function unfinished(runs: readonly Run[]): string[] {
  return runs.flatMap((run) => {
    const left = run.plan.length - run.cells.length
    if (left <= 0) return []
    const state =
      run.state === 'running'
        ? 'has not ended'
        : run.state === 'interrupted'
          ? 'was interrupted'
          : 'ended early'
    return [
      `Run ${run.id} ${state}: ${left} of its ${format.plural(run.plan.length, 'cell')} ${left === 1 ? 'was' : 'were'} not measured.`,
    ]
  })
}

function leftOutText(leftOut: readonly LeftOut[]): string[] {
  const runs = leftOut.reduce((sum, group) => sum + group.runIds.length, 0)
  if (runs === 0) return []
  const what = [...new Set(leftOut.flatMap((group) => group.differences.map((entry) => entry.what)))]
  return [
    `${format.plural(runs, 'run')} of another machine or with other settings (${format.list(what)}) ${runs === 1 ? 'is' : 'are'} listed at the end and not mixed in.`,
  ]
}
