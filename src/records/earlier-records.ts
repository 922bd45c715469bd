import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

type Fields = Record<string, unknown>

/** Adds to a value, in place, what files of its kind lacked in earlier versions. */
export async function complete(value: unknown, kind: string, file: string): Promise<void> {
  if (!isFields(value)) return
  value.kind ??= kind
  if (kind === 'run') completeRun(value)
  if (kind === 'calibrate') Object.assign(value, { id: 'calibration', state: 'completed', ...value })
  if (kind === 'ladder' && value.machine === undefined) await completeLadder(value, dirname(file))
}

/** Results from before the open loop hold neither latency nor objectives: they are read as measured without. */
function completeRun({ settings, cells }: Fields): void {
  if (!Array.isArray(cells)) return
  if (isFields(settings)) settings.latency ??= null
  for (const { outcome } of cells.filter(isFields)) {
    if (!isFields(outcome) || outcome.state !== 'completed') continue
    outcome.latency ??= null
    outcome.slo ??= []
  }
}

/** The machine of a ladder stood only in the run beside it. */
async function completeLadder(ladder: Fields, dir: string): Promise<void> {
  ladder.warnings ??= []
  try {
    const run: unknown = JSON.parse(await readFile(join(dir, 'run.json'), 'utf8'))
    if (isFields(run)) ladder.machine = run.machine
  } catch {
    // Who reads the run says what is wrong with it; the ladder is told to lack its machine.
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
