import { messageOf } from '../model/errors.js'
import type { SetupApi } from '../model/scenario.js'

const ANSWER_WITHIN_MS = 30_000

/** The requests that a scenario's `setup` may send. */
export function setupApi(baseUrl: string, signal: AbortSignal): SetupApi {
  return {
    baseUrl,
    async request(path, { method = 'GET', headers = {}, body } = {}) {
      const response = await fetched(new URL(path, baseUrl), {
        method,
        headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
      })
      const text = await response.text()
      return { status: response.status, body: parsed(text) }
    },
  }
}

/** `fetch` says only that it failed; the reason is the cause. */
async function fetched(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined
    if (!(cause instanceof Error)) throw error
    throw new Error(`${url.pathname}: ${messageOf(cause)}`, { cause })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
