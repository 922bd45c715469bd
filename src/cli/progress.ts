import pc from 'picocolors'
import type { Cell } from '../model/run.js'
import type { CellRef, RunEvents } from '../runner/events.js'
import type { Output } from './output.js'

/**
 * Progress of a run: one line that is redrawn on a terminal, plain lines elsewhere. `end` leaves the terminal clean.
 */
export function runProgress(output: Output): RunEvents & { end(): void } {
  let drawn = false
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
      line(`level ${level.key} (${level.name}) at ${url}${workers}, ready after ${seconds.toFixed(1)} s`)
      for (const warning of warnings) output.warn(warning)
    },
    onPhase: (ref, phase) => draw(`${place(ref)} ${phase} …`),
    onTick(ref, phase, tick) {
      const rate = perSecond(tick.ok / Math.max(tick.elapsedSeconds, 0.001))
      const errors = tick.errors > 0 ? `, ${tick.errors.toLocaleString('en')} errors` : ''
      draw(`${place(ref)} ${phase} ${tick.elapsedSeconds.toFixed(0)} s: ${rate}${errors}`)
    },
    onCell: (ref, cell) => line(`${place(ref)} ${describeCell(cell)}`),
  }
}

function place(ref: CellRef): string {
  return `[${ref.index}/${ref.of}] level ${ref.level.key} ${ref.scenario}`
}

function describeCell({ outcome }: Cell): string {
  if (outcome.state === 'skipped') return pc.yellow(`skipped: ${outcome.reason}`)
  if (outcome.state === 'failed') return pc.red(`failed at ${outcome.stage}: ${outcome.error}`)
  const { summary, validity } = outcome
  const errors = summary.errorRate > 0 ? `, ${(100 * summary.errorRate).toPrecision(2)} % errors` : ''
  const verdict = validity.state === 'valid' ? '' : pc.yellow(` (${validity.state})`)
  return `${perSecond(summary.throughput)}${errors}${verdict}`
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString('en')}/s`
}
