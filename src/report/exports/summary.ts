import type { MeasuredFigures } from '../../figures/cell-figures.js'
import { cellErrors } from '../../figures/error-notes.js'
import { type Accounting, failedShare } from '../../figures/fold-repeats.js'
import type { LadderRow } from '../../figures/ladder.js'
import type { LatencyFigures } from '../../figures/latency.js'
import type { PhaseFigures } from '../../figures/phase-figures.js'
import { hasNoVerdict, isMissed, type SloFigures, sloBasis, sloVerdict } from '../../figures/slo-figures.js'
import type { Run } from '../../model/run/run.js'
import type { ErrorKind } from '../../model/run/sample.js'
import { eachPlain } from '../../model/studies/plain-figures.js'
import {
  SUMMARY_VERSION,
  type Summary,
  type SummaryCell,
  type SummaryFigures,
  type SummaryPhase,
} from '../../model/studies/summary.js'
import type { ReportModel } from '../findings/report-model.js'
import { phaseHistogram } from './cell-histograms.js'

/** The ladder of a report as plain data. Figures that are not valid stand apart from those that are. */
export function summaryOf(model: ReportModel, runs: readonly Run[]): Summary {
  return {
    schemaVersion: SUMMARY_VERSION,
    tool: { name: 'rungs', version: model.toolVersion },
    title: model.title,
    runs: model.runs
      .filter((run) => run.rows > 0)
      .map(({ id, startedAt, commit }) => ({ id, startedAt, commit })),
    machine: model.machine,
    cells: model.rows.map((row) => cellOf(row, runs)),
  }
}

function cellOf(row: LadderRow, runs: readonly Run[]): SummaryCell {
  const { level, measured } = row
  return {
    run: row.runId,
    level: {
      key: level.key,
      number: level.number,
      name: level.name,
      backend: level.backend ?? null,
      workers: level.workers,
    },
    scenario: row.scenario,
    connections: row.connections,
    phases:
      measured === null
        ? []
        : [capacityOf(row, measured, runs), ...measured.phases.map((phase) => latencyOf(row, phase, runs))],
    misses: [...row.misses, ...row.latencyMisses].map(({ repeat, state, stage, reason }) => ({
      repeat,
      state,
      stage,
      reason,
    })),
    speedup: row.speedup?.value ?? null,
    slo: (measured?.slo ?? []).map((slo) => sloOf(slo, measured)),
  }
}

function capacityOf(row: LadderRow, measured: MeasuredFigures, runs: readonly Run[]): SummaryPhase {
  const { repeats, validity, fullLoad, accounting } = measured
  const { value, min, max } = measured.throughput
  const mean = () => phaseHistogram(runs, row, 'capacity', repeats)?.mean
  return phaseOf('capacity', repeats, validity, {
    throughput: { median: value, min, max },
    offered: null,
    times: timesOf('service-time', fullLoad, mean),
    ...countsOf(accounting, measured.errors),
    ...eachPlain((key) => measured[key]),
  })
}

function latencyOf(row: LadderRow, phase: PhaseFigures, runs: readonly Run[]): SummaryPhase {
  const { repeats, validity, profile, arrival, rate, latency, accounting } = phase
  return phaseOf('latency', repeats, validity, {
    throughput: null,
    offered: { profile, arrival, ...rate },
    times: timesOf('latency', latency, () => phaseHistogram(runs, row, 'latency', repeats)?.mean),
    ...countsOf(accounting, phase.errors),
    ...eachPlain(() => null),
  })
}

function phaseOf(
  phase: SummaryPhase['phase'],
  repeats: readonly number[],
  validity: SummaryPhase['validity'],
  figures: SummaryFigures,
): SummaryPhase {
  const isValid = validity.state === 'valid'
  return {
    phase,
    repeats: [...repeats],
    validity,
    figures: isValid ? figures : null,
    invalidFigures: isValid ? null : figures,
  }
}

/** @param meanOf asked only where the histogram could be read for the percentiles */
function timesOf(
  of: 'latency' | 'service-time',
  figures: LatencyFigures | null,
  meanOf: () => number | undefined,
): SummaryFigures['times'] {
  if (figures === null) return null
  return { of, meanUs: Math.round((meanOf() ?? 0) * 1_000) / 1_000, ...figures }
}

function countsOf(
  accounting: Accounting,
  errors: readonly ErrorKind[],
): Pick<SummaryFigures, 'counts' | 'errorShare' | 'errors'> {
  const { scheduled, unsent, counts } = accounting
  return {
    counts: { scheduled, unsent, ...counts },
    errorShare: failedShare(accounting),
    ...(errors.length > 0 ? { errors: [...errors] } : {}),
  }
}

function sloOf(slo: SloFigures, measured: MeasuredFigures | null): SummaryCell['slo'][number] {
  const isOnErrors = slo.metric === 'errors' || slo.metric === 'availability'
  const errors = isOnErrors && measured && slo.state !== 'met' ? cellErrors(measured) : null
  const verdict = slo.worst === null ? sloVerdict(slo) : `${sloVerdict(slo)} (${sloBasis(slo)})`
  return {
    rule: slo.rule,
    metric: slo.metric,
    stated: slo.stated,
    actual: slo.worst,
    verdict: verdictOf(slo),
    text: errors === null ? verdict : `${verdict}; errors: ${errors}`,
  }
}

function verdictOf(slo: SloFigures): SummaryCell['slo'][number]['verdict'] {
  if (hasNoVerdict(slo)) return 'no-verdict'
  if (!isMissed(slo)) return 'met'
  return slo.invalid === null ? 'missed' : 'no-data'
}
