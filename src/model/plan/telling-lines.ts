import { stripVTControlCharacters } from 'node:util'

const LONGEST = 300

/** Lines that end nearly every failure and say nothing of its cause. */
const NOISE = [
  /^Node\.js v\d/,
  /^at .*\(?.+:\d+:\d+\)?$/,
  /^at (async )?[\w.$<>]+ \(/,
  /A complete log of this run|^npm (warn|notice|info|verb)\b/i,
  /^npm (error|ERR!)\s*$/,
  /^npm (error|ERR!) (path|command|cwd|workspace|location|errno|syscall|dest|file|Exit status)\b/,
  /^npm (error|ERR!) (Lifecycle script|code (\d+|ELIFECYCLE)\s*$)/,
  /^error Command failed|^ELIFECYCLE|^info Visit |^error script ".*" (exited|was terminated)/,
  /^make(\[\d+\])?: \*\*\*|^exit status \d+$|^Exit code:? \d+$/i,
  /^error: (could not compile|aborting due to)|^For more information about this error/,
  /^error: process didn't exit successfully/,
  /^➤ YN0000: /,
]

/** The name of an error before its message: of Node, Python, Java, .NET. */
const EXCEPTION =
  /^(?:\[cause\]: |Caused by: |Uncaught (?:exception )?|Unhandled exception[.:] |Exception in thread "[^"]*" )?\[?(?:[\w$]+\.)*\w*(?:Error|Exception|Rejection)(?: \[\w+\])?(?:: |:$|$)/

/** Of npm, of PM2's logs, and of rungs' own where a level has several processes. */
const PREFIX =
  /^npm (error|ERR!) |^\d+\|\S+ *\| |^[\w-]+: (?=\s*(at |Node\.js v|\[?[\w.$]*(Error|Exception)\b))/

/** Matched against a line without such a prefix; the first group that has a match is quoted. */
const KINDS: readonly { readonly patterns: readonly RegExp[]; readonly take: 'first' | 'last' }[] = [
  {
    // What a compiler says: the first is the cause of those behind it.
    patterns: [
      /^\S+\.\w+[(:]\d+([,:]\d+)?\)?(:| -)? *(fatal )?error\b/,
      /^\S*\.go:\d+(:\d+)?: /,
      /^error(\[E\d+\])?: /,
      /^(✘ )?\[ERROR\] |^ERROR in /,
      /^PHP (Fatal|Parse) error: /,
    ],
    take: 'first',
  },
  {
    // What ended the program: the last is the one that nothing caught, or its cause.
    patterns: [
      EXCEPTION,
      /^panic: /,
      /^thread '.*panicked at /,
      /\((?:\w+::)*\w*(?:Error|Exception)\)$/,
      /^\*\* \(\w+/,
    ],
    take: 'last',
  },
  {
    patterns: [
      /\bERR_PNPM_\w+/,
      /^(error|fatal|FATAL|PANIC)[ :]/,
      /\b(FATAL|PANIC): /,
      /(: (command )?not found|: No such file or directory|: Permission denied)$/,
    ],
    take: 'first',
  },
  { patterns: [/^code E[A-Z]+|^E[A-Z]{4,}\b/], take: 'first' },
  // Yarn numbers notes and warnings as it does errors.
  { patterns: [/^➤ YN0(?!002|00[4-7]|013|050|060|08[5-7])\d+: /], take: 'last' },
  { patterns: [/\b(ERROR|FATAL|CRITICAL|SEVERE)\b/], take: 'last' },
  {
    patterns: [
      /\b(errors?|fatal|exception|fail(ed|ure)?|cannot|can't|could not|unable to|denied|refused|invalid|not found|in use)\b/i,
    ],
    take: 'last',
  },
]

interface Line {
  readonly text: string
  /** Without the prefix of a program that repeats another program's words. */
  readonly bare: string
}

/**
 * The lines of a log that say why a program failed, one to three: an error with its message, in the languages and tools
 * that services are made of. The last line where none stands out; none of an empty log.
 */
export function tellingLines(lines: readonly string[]): string[] {
  const clean = lines.map(cleaned).filter(({ text }) => text !== '')
  const useful = clean.filter(
    ({ text, bare }) => !NOISE.some((noise) => noise.test(text) || noise.test(bare)),
  )
  const at = tracebackEnd(useful) ?? bestOf(useful)
  if (at === null) return (useful.at(-1) ?? clean.at(-1)) ? [cut((useful.at(-1) ?? clean.at(-1))!.text)] : []
  return withItsRest(useful, at).map(cut)
}

/** The same in one line, for a message. */
export function tellingText(lines: readonly string[]): string {
  return tellingLines(lines).join(' ') || 'it wrote nothing'
}

function cleaned(line: string): Line {
  const text = ofJson(stripVTControlCharacters(line).trimEnd())
  const trimmed = text.trim()
  return { text: trimmed, bare: trimmed.replace(PREFIX, '').trim() }
}

/** The message of a log line in JSON (pino, bunyan, winston) that is an error; other lines as they are. */
function ofJson(line: string): string {
  if (!line.startsWith('{"')) return line
  try {
    const { level, msg, message, err, error } = JSON.parse(line) as Record<string, unknown>
    const isError = typeof level === 'number' ? level >= 50 : /^(error|fatal|critical)$/i.test(String(level))
    const cause = [err, error].find((each) => typeof each === 'object' && each !== null) as
      | { type?: unknown; name?: unknown; message?: unknown }
      | undefined
    const words = cause?.message ?? msg ?? message ?? error
    if (!isError || typeof words !== 'string') return line
    return `${cause?.type ?? cause?.name ?? 'Error'}: ${words}`
  } catch {
    return line // Cut, or no JSON after all.
  }
}

/** The message below Python's last traceback, whatever its exception is called. */
function tracebackEnd(lines: readonly Line[]): number | null {
  const start = lines.findLastIndex(({ text }) => text.startsWith('Traceback (most recent call last)'))
  if (start === -1) return null
  const end = lines.findIndex(({ text }, index) => index > start && /^(\w+\.)*[A-Z]\w*(: .*|:)?$/.test(text))
  return end === -1 ? null : end
}

function bestOf(lines: readonly Line[]): number | null {
  for (const { patterns, take } of KINDS) {
    const isMatch = ({ bare }: Line): boolean => patterns.some((pattern) => pattern.test(bare))
    const at = take === 'first' ? lines.findIndex(isMatch) : lines.findLastIndex(isMatch)
    if (at !== -1) return at
  }
  return null
}

/** A message that goes on in the next lines, and the place that it speaks of. */
function withItsRest(lines: readonly Line[], at: number): string[] {
  const { text, bare } = lines[at]!
  const next = lines[at + 1]
  if (next && (/^--> /.test(next.text) || /panicked at .*:$/.test(text) || /[:[{(]$/.test(text))) {
    const more = /[[{(]$/.test(text)
      ? lines.slice(at + 1, at + 12).find(({ text }) => /message/.test(text))
      : next
    return [text, (more ?? next).bare]
  }
  if (/^code E/.test(bare) && next && next.text !== next.bare) return [text, next.bare]
  const place = /^SyntaxError/.test(bare)
    ? lines.slice(Math.max(0, at - 5), at).find((line) => /^(?!node:)\S+:\d+$/.test(line.text))
    : undefined
  return place ? [text, `(${place.text})`] : [text]
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}
