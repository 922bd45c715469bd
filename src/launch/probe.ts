import { get } from 'node:http'
import { MOST_HEADER_BYTES, TOO_LONG_HEAD } from '../model/plan/answer-limits.js'

/** How long one answer may take, body included, before the next attempt. */
const ATTEMPT_MS = 2_000
/** More of a body than this is of no interest here. */
const MOST_CHARACTERS = 64 * 1024

/** What came back, or why nothing did. */
export type ProbeAnswer =
  | { readonly status: number; readonly body: string }
  | { readonly status: null; readonly problem: string }

/** Sends one GET on a connection of its own. Never throws. */
export function probe(url: string, signal: AbortSignal): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, signal, maxHeaderSize: MOST_HEADER_BYTES })
    const late = setTimeout(
      () => request.destroy(new Error(`gave no whole answer within ${ATTEMPT_MS / 1_000} s`)),
      ATTEMPT_MS,
    )
    const settle = (answer: ProbeAnswer): void => {
      clearTimeout(late)
      resolve(answer)
    }
    const fail = (error: NodeJS.ErrnoException): void => settle({ status: null, problem: problemOf(error) })
    request.on('error', fail)
    request.on('response', (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('error', fail)
      response.on('data', (chunk: string) => {
        if (body.length < MOST_CHARACTERS) body += chunk
      })
      response.on('end', () => settle({ status: response.statusCode ?? 0, body }))
    })
  })
}

function problemOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'found nobody listening'
  if (error.code === 'ECONNRESET') return 'found its connection closed'
  if (error.code === 'HPE_HEADER_OVERFLOW') return `gave an ${TOO_LONG_HEAD}`
  return error.message
}
