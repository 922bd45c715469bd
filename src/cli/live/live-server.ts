import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { codeOf, UserError } from '../../words/errors.js'
import type { LiveFeed } from './live-feed.js'
import { livePage } from './live-page.js'

const HOST = '127.0.0.1'
/** Each costs a little for every message: a page that opens itself over and over must not become a load. */
const MOST_READERS = 8

export interface LiveServer {
  readonly url: string
  /** Pages that follow the run now. */
  readonly readers: number
  /** Tells every page why there is nothing more to come, and closes. */
  close(text: string): Promise<void>
}

/**
 * Serves the page of a run and its events on a free port of the loopback interface.
 * @throws UserError where it cannot listen
 */
export async function serveLive(feed: LiveFeed): Promise<LiveServer> {
  const readers = new Set<ServerResponse>()
  const page = livePage()
  const server = createServer((request, response) => {
    const refused = refusalOf(request)
    if (refused !== null) return plain(response, ...refused)
    if (request.url === '/') {
      response.writeHead(200, { ...page.headers, 'content-type': 'text/html; charset=utf-8' })
      return void response.end(request.method === 'HEAD' ? undefined : page.html)
    }
    if (request.url !== '/events') return plain(response, 404, 'there is nothing here')
    if (readers.size >= MOST_READERS) return plain(response, 503, 'too many pages are open')
    follow(feed, response, readers)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new UserError(`--live: cannot listen on ${HOST} (${codeOf(error)}); leave it out`, undefined, {
          cause: error,
        }),
      ),
    )
    server.listen(0, HOST, resolve)
  })
  // The page must not keep a run from ending.
  server.unref()
  return {
    get readers() {
      return readers.size
    },
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/`,
    async close(text) {
      feed.end(text)
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const reader of readers) reader.end()
        server.closeIdleConnections()
        // Whoever does not read the end is not waited for.
        setTimeout(() => server.closeAllConnections(), 200).unref()
      })
    },
  }
}

/**
 * A page of another site may reach this server under a name of its own that it lets point here (DNS rebinding); its
 * requests carry that name.
 */
function refusalOf({ headers, method, socket }: IncomingMessage): [status: number, text: string] | null {
  const port = socket.localPort
  if (headers.host !== `${HOST}:${port}` && headers.host !== `localhost:${port}`) {
    return [403, 'this server answers to its own address only']
  }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'none' && site !== 'same-origin') return [403, 'not for other sites']
  return method === 'GET' || method === 'HEAD' ? null : [405, 'GET only']
}

function follow(feed: LiveFeed, response: ServerResponse, readers: Set<ServerResponse>): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  readers.add(response)
  const stop = feed.follow((message) => {
    // A reader that has fallen asleep gets no queue of its own in this process.
    if (response.writableLength < 1_000_000) response.write(`data: ${JSON.stringify(message)}\n\n`)
  })
  response.on('close', () => {
    stop()
    readers.delete(response)
  })
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
  response.end(`${text}\n`)
}
