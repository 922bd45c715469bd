import { stringify } from 'lossless-json'
import { Agent, type BodyInit, FormData as Form, fetch, type RequestInit, type Response } from 'undici'
import { parseJson } from '../../model/data/json.js'
import { MOST_HEADER_BYTES, TOO_LONG_HEAD } from '../../model/plan/answer-limits.js'
import type { SetupApi } from '../../model/plan/scenario.js'
import { codeOf, messageOf } from '../../words/errors.js'

const ANSWER_WITHIN_MS = 30_000

/**
 * Runs a scenario's `setup`. Its requests go where the load goes, and as the load does: certificates are not verified, and
 * no proxy of the environment is between.
 */
export async function withSetupApi<T>(
  baseUrl: string,
  signal: AbortSignal,
  setup: (api: SetupApi) => Promise<T>,
): Promise<T> {
  const agent = new Agent({ connect: { rejectUnauthorized: false }, maxHeaderSize: MOST_HEADER_BYTES })
  try {
    return await setup(setupApi(baseUrl, signal, agent))
  } finally {
    await agent.destroy()
  }
}

function setupApi(baseUrl: string, signal: AbortSignal, dispatcher: Agent): SetupApi {
  return {
    baseUrl,
    async request(path, { method = 'GET', headers = {}, body } = {}) {
      const type = body === undefined || isOfItsOwnType(body) ? {} : { 'content-type': 'application/json' }
      const response = await fetched(new URL(path, baseUrl), {
        method,
        headers: { ...type, ...headers },
        ...(body === undefined ? {} : { body: bodyOf(body) }),
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
        dispatcher,
      })
      const text = await response.text()
      return { status: response.status, body: parsed(text) }
    },
  }
}

/** What `fetch` sends as it is, with its content type where it has one. */
function isOfItsOwnType(body: unknown): boolean {
  const kinds = [URLSearchParams, FormData, Blob, ArrayBuffer]
  return ArrayBuffer.isView(body) || kinds.some((kind) => body instanceof kind)
}

function bodyOf(body: unknown): BodyInit {
  if (body instanceof FormData) {
    const form = new Form()
    for (const [name, value] of body) form.append(name, value)
    return form
  }
  if (typeof body === 'string' || isOfItsOwnType(body)) return body as BodyInit
  // As JSON.stringify, and a whole number beyond 2^53 that an earlier answer gave.
  return stringify(body) ?? ''
}

/** `fetch` says only that it failed; the reason is the cause. */
async function fetched(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    if (!(cause instanceof Error)) throw error
    const reason = codeOf(cause) === 'UND_ERR_HEADERS_OVERFLOW' ? TOO_LONG_HEAD : messageOf(cause)
    throw new Error(`${url.pathname}: ${reason}`, { cause })
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}
