import type { RequestSpec } from '../model/scenario.js'
import { atPath } from './json-path.js'

/** Why an answer is not as expected. `what` is the same text for the same kind of mistake, so that it can be counted. */
export interface Fault {
  readonly kind: 'badStatus' | 'badBody'
  readonly what: string
}

export type Captured = Record<string, string | number>

export interface AnswerCheck {
  /** Whether the body must be kept for `judge`; skipping that is most of what a check could cost. */
  readonly needsBody: boolean
  /** Null for an answer as expected; what it captures then goes into `into`. */
  judge(status: number, body: string, into: Captured): Fault | null
}

/** Compiles what a step expects of its answer and captures from it. An answer without what is captured is a bad one. */
export function compileCheck({ expect, capture }: RequestSpec): AnswerCheck {
  const accepts = statusCheck(expect?.status)
  const contains = expect?.contains
  const wanted = Object.entries(expect?.json ?? {})
  const captures = Object.entries(capture ?? {})
  const needsJson = wanted.length + captures.length > 0
  // Many endpoints answer the same bytes every time: what was right once need not be parsed again.
  let accepted: string | null = null

  return {
    needsBody: needsJson || contains !== undefined,
    judge(status, body, into) {
      if (!accepts(status)) return { kind: 'badStatus', what: `status ${status}` }
      if (body === accepted) return null
      if (contains !== undefined && !body.includes(contains)) {
        return badBody(`body without ${JSON.stringify(contains)}`)
      }
      if (!needsJson) return null
      let json: unknown
      try {
        json = JSON.parse(body)
      } catch {
        // Whatever is wrong with it, the answer is not the JSON that the step asks for.
        return badBody('body that is no JSON')
      }
      const fault = mismatch(json, wanted) ?? take(json, captures, into)
      if (fault === null && captures.length === 0) accepted = body
      return fault
    },
  }
}

function statusCheck(status: number | number[] | undefined): (status: number) => boolean {
  if (status === undefined) return (got) => got >= 200 && got < 300
  if (typeof status === 'number') return (got) => got === status
  return (got) => status.includes(got)
}

function mismatch(json: unknown, wanted: readonly (readonly [string, unknown])[]): Fault | null {
  for (const [path, value] of wanted) {
    const got = atPath(json, path)
    if (value === true ? got === undefined : got !== value) {
      return badBody(
        `body ${value === true ? `without ${path}` : `where ${path} is not ${JSON.stringify(value)}`}`,
      )
    }
  }
  return null
}

function take(json: unknown, captures: readonly (readonly [string, string])[], into: Captured): Fault | null {
  for (const [name, path] of captures) {
    const got = atPath(json, path)
    if (typeof got === 'string' || typeof got === 'number') into[name] = got
    else if (typeof got === 'boolean') into[name] = String(got)
    else return badBody(`body without ${path} to capture`)
  }
  return null
}

function badBody(what: string): Fault {
  return { kind: 'badBody', what }
}
