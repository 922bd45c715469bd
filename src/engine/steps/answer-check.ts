import { LosslessNumber } from 'lossless-json'
import { isValue, parseJson, type Value } from '../../model/data/json.js'
import type { RequestSpec } from '../../model/plan/scenario.js'
import { atPath } from './json-path.js'
import { type AnswerBody, readText } from './unpack.js'

/** Why an answer is not as expected. `what` is the same text for the same kind of mistake, so that it can be counted. */
export interface Fault {
  readonly kind: 'badStatus' | 'badBody'
  readonly what: string
}

export type Captured = Record<string, Value>

export interface AnswerCheck {
  /** Whether the body must be kept for `judge`; skipping that is most of what a check could cost. */
  readonly needsBody: boolean
  /** Null for an answer as expected; what it captures then goes into `into`. */
  judge(status: number, body: AnswerBody, into: Captured): Fault | null
}

/** What a property must be: equal to a value, or there at all. */
type Wanted = NonNullable<NonNullable<RequestSpec['expect']>['json']>[string]

/** Compiles what a step expects of its answer and captures from it. An answer without what is captured is a bad one. */
export function compileCheck({ expect, capture }: RequestSpec): AnswerCheck {
  const accepts = statusCheck(expect?.status)
  const contains = expect?.contains
  const wanted = Object.entries(expect?.json ?? {})
  const captures = Object.entries(capture ?? {})
  const needsJson = wanted.length + captures.length > 0
  const needsBody = needsJson || contains !== undefined
  // Many endpoints answer the same bytes every time: what was right once need not be read again.
  let accepted: Buffer | null = null

  return {
    needsBody,
    judge(status, body, into) {
      if (!accepts(status)) return { kind: 'badStatus', what: `status ${status}` }
      if (!needsBody || accepted?.equals(body.bytes)) return null
      const read = readText(body)
      if ('problem' in read) return badBody(read.problem)
      if (contains !== undefined && !read.text.includes(contains)) {
        return badBody(`body without ${JSON.stringify(contains)}`)
      }
      const fault = needsJson ? judgeJson(read.text, wanted, captures, into) : null
      if (fault === null && captures.length === 0) accepted = body.bytes
      return fault
    },
  }
}

function judgeJson(
  text: string,
  wanted: readonly (readonly [string, Wanted])[],
  captures: readonly (readonly [string, string])[],
  into: Captured,
): Fault | null {
  let json: unknown
  try {
    json = parseJson(text, 'exact')
  } catch {
    // Whatever is wrong with it, the answer is not the JSON that the step asks for.
    return badBody('body that is no JSON')
  }
  return mismatch(json, wanted) ?? take(json, captures, into)
}

function statusCheck(status: number | number[] | undefined): (status: number) => boolean {
  if (status === undefined) return (got) => got >= 200 && got < 300
  if (typeof status === 'number') return (got) => got === status
  return (got) => status.includes(got)
}

function mismatch(json: unknown, wanted: readonly (readonly [string, Wanted])[]): Fault | null {
  for (const [path, value] of wanted) {
    const got = atPath(json, path)
    if (typeof value === 'object' && value !== null) {
      if ((got !== undefined) !== value.exists) {
        return badBody(value.exists ? `body without ${path}` : `body with ${path}`)
      }
    } else if (got === undefined) return badBody(`body without ${path}`)
    else if (!isEqual(got, value)) return badBody(`body where ${path} is not ${shown(value)}`)
  }
  return null
}

/** Whole numbers by every digit, decimals as far as a double holds them. */
function isEqual(got: unknown, value: Exclude<Wanted, object>): boolean {
  return (got instanceof LosslessNumber ? Number(got) : got) === value
}

/** `true` asked for any value once: whoever still means that is told what does. */
function shown(value: Exclude<Wanted, object>): string {
  if (value === true) return 'true ({ "exists": true } accepts any value)'
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

function take(json: unknown, captures: readonly (readonly [string, string])[], into: Captured): Fault | null {
  for (const [name, path] of captures) {
    const got = atPath(json, path)
    if (!isValue(got)) return badBody(`body without ${path} to capture`)
    into[name] = got
  }
  return null
}

function badBody(what: string): Fault {
  return { kind: 'badBody', what }
}
