import pc from 'picocolors'
import type { Cell, LatencyPhase } from '../model/run.js'
import { milliseconds } from '../report/format.js'
import type { CellRef, RunEvents } from '../runner/events.js'
import type { Output } from './output.js'

/**
 * Progress of a run: one line that is redrawn on a terminal, plain lines elsewhere. `end` leaves the terminal clean.
 */
export function runProgress(output: Output): RunEvents & { end(): void } {
  let drawn = false
  let phaseSeconds = 0
  const clear = () => {
    if (drawn) process.stderr.write('\r\x1b[2K')
    drawn = false
  }
  const draw = (text: string) => {
    if (!output.interactive) return
    const width = (process.stderr.columns || 80) - 1
    process.stderr.write(`\r\x1b[2K${text.slice(0, width)}`)
    drawn = true
  }
  const line = (text: string) => {
    clear()
    output.note(text)
  }

  return {
    end: clear,
    onService(name, source, notes) {
      line(`${name}: ${source}`)
      for (const note of notes) line(`  ${note}`)
    },
    onBoot: (level) => draw(`level ${level.key} (${level.name}): booting …`),
    onReady(level, url, seconds, warnings) {
      const workers =
        level.workers === null ? '' : `, ${level.workers} worker${level.workers === 1 ? '' : 's'}`
      line(
        level.number === null
          ? `target ${url}`
          : `level ${level.key} (${level.name}${level.backend ? `, ${level.backend}` : ''}) at ${url}${workers}, ready after ${seconds.toFixed(1)} s`,
      )
      for (const warning of warnings) output.warn(warning)
    },
    onPhase(ref, phase, seconds, rate) {
      phaseSeconds = seconds
      draw(`${place(ref)} ${phase}${rate === undefined ? '' : ` at ${perSecond(rate)}, lead-in`} …`)
    },
    onTick(ref, phase, tick) {
      const rate = perSecond(tick.ok / Math.max(tick.elapsedSeconds, 0.001))
      const errors = tick.errors > 0 ? `, ${tick.errors.toLocaleString('en')} errors` : ''
      // A warm-up lasts until the service is steady.
      const of = phase === 'warm-up' ? '' : ` of ${Number(phaseSeconds.toFixed(1))}`
      draw(`${place(ref)} ${phase} ${tick.elapsedSeconds.toFixed(0)}${of} s: ${rate}${errors}`)
    },
    onCell: (ref, cell) => line(`${place(ref)} ${describeCell(cell)}`),
  }
}

function place(ref: CellRef): string {
  const level = ref.level.number === null ? ref.level.key : `level ${ref.level.key}`
  return `[${ref.index}/${ref.of}] ${level} ${ref.scenario}`
}

function describeCell({ outcome }: Cell): string {
  if (outcome.state === 'skipped') return pc.yellow(`skipped: ${outcome.reason}`)
  if (outcome.state === 'failed') return pc.red(`failed at ${outcome.stage}: ${outcome.error}`)
  const { summary, validity, latency } = outcome
  const errors = summary.errorRate > 0 ? `, ${(100 * summary.errorRate).toPrecision(2)} % errors` : ''
  const verdict = validity.state === 'valid' ? '' : pc.yellow(` (${validity.state})`)
  return `${perSecond(summary.throughput)}${errors}${verdict}${latency ? describeLatency(latency) : ''}`
}

function describeLatency({ latency, rate, validity }: LatencyPhase): string {
  if (latency.p99Us === null) return pc.yellow(', no latency')
  const verdict = validity.state === 'valid' ? '' : pc.yellow(` (${validity.state})`)
  return `, p99 ${milliseconds(latency.p99Us)} ms at ${perSecond(rate)}${verdict}`
}

function perSecond(rate: number): string {
  return `${rate < 10 ? rate.toPrecision(2) : Math.round(rate).toLocaleString('en')}/s`
}
