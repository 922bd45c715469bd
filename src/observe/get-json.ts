import { type Agent, get } from 'node:http'
import { MOST_HEADER_BYTES } from '../model/plan/answer-limits.js'

/** @throws Error when no JSON comes with status 200 within 5 s. Without an agent, over a connection of its own. */
export function getJson(url: URL, agent: Agent | false = false): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, timeout: 5_000, maxHeaderSize: MOST_HEADER_BYTES }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        try {
          if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`)
          resolve(JSON.parse(Buffer.concat(chunks).toString()))
        } catch (error) {
          reject(new Error(`${url.pathname} gave no usable answer: ${(error as Error).message}`))
        }
      })
    })
    request.on('timeout', () => request.destroy(new Error(`${url.pathname} did not answer within 5 s`)))
    request.on('error', reject)
  })
}
