import { writeSync } from 'node:fs'
import pc from 'picocolors'
import { UserError } from '../model/errors.js'

/** Where words go: results to stdout, everything that merely accompanies them to stderr. */
export interface Output {
  readonly json: boolean
  /** Progress may be redrawn in place: stderr is a terminal, and nobody asked for quiet. */
  readonly interactive: boolean
  /** Colours for what `print` writes. */
  readonly colour: boolean
  readonly columns: number
  /** A result for people; nothing with `--json`. */
  print(text: string): void
  /** The one document of `--json`; nothing otherwise. */
  result(value: unknown): void
  /** Progress; nothing with `--quiet`. */
  note(text: string): void
  /** Something that its reader should know even with `--quiet`. */
  warn(text: string): void
}

export function makeOutput(options: { json?: boolean; quiet?: boolean }): Output {
  const json = options.json === true
  const quiet = options.quiet === true
  return {
    json,
    interactive: process.stderr.isTTY === true && !quiet,
    colour: pc.isColorSupported && process.stdout.isTTY === true,
    columns: process.stdout.columns || 80,
    print: (text) => {
      if (!json) writeAll(1, `${text}\n`)
    },
    result: (value) => {
      if (json) writeAll(1, `${JSON.stringify(value, null, 2)}\n`)
    },
    note: (text) => {
      if (!quiet) writeAll(2, `${text}\n`)
    },
    warn: (text) => writeAll(2, `${pc.yellow('warning:')} ${text}\n`),
  }
}

/** An error as its reader meets it: one line a problem; the stack only with `RUNGS_DEBUG=1`. */
export function printError(error: unknown): void {
  const known = error instanceof UserError
  const text = error instanceof Error ? error.message : String(error)
  const problems = known
    ? error.problems
    : [`unexpected: ${text.split('\n', 1)[0]} (RUNGS_DEBUG=1 shows where)`]
  for (const problem of problems) writeAll(2, `${pc.red('error:')} ${problem}\n`)
  if (process.env.RUNGS_DEBUG === '1' && error instanceof Error) writeAll(2, `${error.stack}\n`)
}

/** Synchronous, so that nothing is lost when the process ends behind it; waits where a pipe is full. */
function writeAll(fd: 1 | 2, text: string): void {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EPIPE') return // The reader has gone (`rungs … | head`): nobody is left to tell.
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
