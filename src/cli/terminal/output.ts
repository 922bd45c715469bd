import { writeSync } from 'node:fs'
import { paint } from '../../markup/paint.js'
import type { Paint } from '../../markup/text-table.js'
import { codeOf, Interruption, UserError } from '../../words/errors.js'
import { clearDrawn } from './redraw.js'

/** Where words go: results to stdout, everything that merely accompanies them to stderr. */
export interface Output {
  readonly json: boolean
  /** Progress may be redrawn in place: stderr is a terminal, and nobody asked for quiet. */
  readonly interactive: boolean
  /** Colours for what `print` writes. */
  readonly colour: boolean
  /** Colours for what `note` and `warn` write, or none of them. */
  readonly errorColours: Paint
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
    interactive: process.stderr.isTTY === true && process.env.TERM !== 'dumb' && !quiet,
    colour: hasColour(process.stdout, process.env),
    errorColours: errorColours(),
    columns: process.stdout.columns || 80,
    print: (text) => {
      if (!json) writeAll(1, `${text}\n`)
    },
    result: (value) => {
      if (json) writeAll(1, `${JSON.stringify(value, bigintAsText, 2)}\n`)
    },
    note: (text) => {
      if (!quiet) writeAll(2, `${text}\n`)
    },
    warn: (text) => writeAll(2, `${errorColours().yellow('warning:')} ${text}\n`),
  }
}

/** Whether a stream is written to in colour: a terminal, unless `NO_COLOR` is set; anything with `FORCE_COLOR`. */
export function hasColour(
  { isTTY }: { readonly isTTY?: boolean | undefined },
  { NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv,
): boolean {
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0'
  return isTTY === true && TERM !== 'dumb'
}

function errorColours(): Paint {
  return paint(hasColour(process.stderr, process.env))
}

/** What is to be done, behind the last semicolon of a problem, stands out. */
export function problemText(problem: string, { red, cyan }: Paint): string {
  const at = problem.lastIndexOf('; ')
  const [what, fix] = at < 0 ? [problem, ''] : [problem.slice(0, at), problem.slice(at)]
  return `${red('error:')} ${what}${fix === '' ? '' : cyan(fix)}`
}

/** An error as its reader meets it: one line a problem; the stack only with `RUNGS_DEBUG=1`, and nothing for an interruption. */
export function printError(error: unknown): void {
  if (error instanceof Interruption) return
  const known = error instanceof UserError
  const text = error instanceof Error ? error.message : String(error)
  const [first = ''] = text.split('\n', 1)
  const problems = known
    ? error.problems
    : isOutOfFiles(error)
      ? [`rungs may open too few files here (${first}); raise that limit (ulimit -n 4096)`]
      : [`unexpected: ${first} (RUNGS_DEBUG=1 shows where)`]
  for (const problem of problems) writeAll(2, `${problemText(problem, errorColours())}\n`)
  if (process.env.RUNGS_DEBUG === '1' && error instanceof Error) writeAll(2, `${error.stack}\n`)
}

function isOutOfFiles(error: unknown): boolean {
  return ['EMFILE', 'ENFILE'].includes(codeOf(error) ?? '')
}

/** A scenario may hold whole numbers beyond 2^53. */
function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

/** Synchronous, so that nothing is lost when the process ends behind it; waits where a pipe is full. */
export function writeAll(fd: 1 | 2, text: string): void {
  clearDrawn()
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
