import { trendMark } from '../../figures/validity-text.js'
import { type Paint, plain } from '../../markup/text-table.js'
import type { LatencyPhase } from '../../model/run/outcome.js'
import type { Cell } from '../../model/run/run.js'
import type { CellRef, RunEvents } from '../../runner/cell/events.js'
import { timedRequests } from '../../stats/validity/enough.js'
import { kindText } from '../../stats/validity/errors-text.js'
import * as format from '../../words/format.js'
import type { Output } from './output.js'
import { phaseText, placeText, progressLines, rateText, timeText } from './progress-lines.js'
import { redrawStderr } from './redraw.js'
import type { RunState } from './run-state.js'

/** Where nothing is redrawn, a phase says so often how it stands, in seconds. */
const HEARTBEAT_SECONDS = 60

/**
 * Progress of a run: a few lines that are redrawn on a terminal, plain lines elsewhere. `end` leaves the terminal clean.
 * @param state follows the same events, and is told each before this
 */
export function runProgress(output: Output, state: RunState): RunEvents & { end(): void } {
  const { interactive, errorColours: colours } = output
  const redraw = redrawStderr()
  let faultsTold = new Set<string>()
  let saidAt = 0
  const draw = () => {
    const { phase } = state
    if (!interactive || !phase) return
    redraw.draw(progressLines(phase, state.secondsLeft(), (process.stderr.columns || 80) - 1, colours))
  }
  const line = (text: string) => {
    output.note(text)
    draw()
  }
  const tellFaults = (ref: CellRef) => {
    const { phase } = state
    for (const fault of phase?.faults ?? []) {
      if (faultsTold.has(fault.what) || !phase) continue
      faultsTold.add(fault.what)
      const at = `${Math.floor(phase.elapsedSeconds)} s`
      line(`${placeText(ref)} ${colours.red(`${phaseText(phase)}, ${at}: ${plain(kindText(fault))}`)}`)
    }
  }

  return {
    end: () => redraw.clear(),
    onService: noteService({ note: line }),
    onBoot(level) {
      if (interactive) redraw.draw([`level ${level.key} (${level.name}): booting …`])
    },
    onReady(level, url, seconds, warnings) {
      const workers = level.workers === null ? '' : `, ${format.plural(level.workers, 'worker')}`
      line(
        level.number === null
          ? `target ${url}`
          : `level ${level.key} (${level.name}${level.backend ? `, ${level.backend}` : ''}) at ${url}${workers}, ready after ${seconds.toFixed(1)} s`,
      )
      for (const warning of warnings) output.warn(warning)
    },
    onPhase(_, phase) {
      if (phase === 'setup') faultsTold = new Set()
      saidAt = 0
      draw()
    },
    onTick(ref) {
      tellFaults(ref)
      draw()
      const { phase } = state
      if (interactive || !phase || phase.elapsedSeconds - saidAt < HEARTBEAT_SECONDS) return
      saidAt = phase.elapsedSeconds
      output.note(heartbeat(ref, state))
    },
    onCell(ref, cell) {
      output.note(`${placeText(ref)} ${describeOutcome(cell.outcome, colours)}`)
    },
  }
}

/** Tells of a service that was started: where it came from, and what its user should know of it. */
export function noteService({ note }: Pick<Output, 'note'>): NonNullable<RunEvents['onService']> {
  return (name, source, notes) => {
    for (const text of [`${name}: ${source}`, ...notes.map((one) => `  ${one}`)]) note(text)
  }
}

function heartbeat(ref: CellRef, state: RunState): string {
  const { phase } = state
  const left = state.secondsLeft()
  const parts = [
    `${Math.floor(phase?.elapsedSeconds ?? 0)} s`,
    rateText(phase?.perSecond ?? 0),
    ...(phase && phase.errors > 0 ? [`${phase.errors.toLocaleString('en')} errors`] : []),
    ...(left === null ? [] : [`${timeText(left)} left`]),
  ]
  return `${placeText(ref)} ${phase ? phaseText(phase) : ''}: ${parts.join(', ')}`
}

/** What became of a cell, in a line. */
export function describeOutcome(outcome: Cell['outcome'], colours: Paint): string {
  if (outcome.state === 'skipped') return colours.yellow(`skipped: ${outcome.reason}`)
  if (outcome.state === 'failed') return colours.red(plain(`failed at ${outcome.stage}: ${outcome.error}`))
  const { summary, validity, latency, latencyFailure } = outcome
  const failure = latencyFailure ? colours.red(plain(`, failed at latency: ${latencyFailure.error}`)) : ''
  const errors = summary.errorRate > 0 ? `, ${format.percent(summary.errorRate)} errors` : ''
  const verdict = validity.state === 'valid' ? '' : colours.yellow(` (${validity.state})`)
  return `${rateText(summary.throughput)}${trendMark(validity)}${errors}${verdict}${latency ? describeLatency(latency, colours) : failure}`
}

function describeLatency({ latency, rate, validity, sample }: LatencyPhase, colours: Paint): string {
  if (latency.maxUs === null) return colours.yellow(', no latency')
  const verdict = validity.state === 'valid' ? '' : colours.yellow(` (${validity.state})`)
  const time =
    latency.p99Us === null
      ? `max ${format.latency(latency.maxUs)} ms of ${format.plural(timedRequests(sample), 'request')}`
      : `p99 ${format.latency(latency.p99Us)} ms`
  return `, ${time} at ${rateText(rate)}${verdict}`
}
