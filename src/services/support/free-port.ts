import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { codeOf } from '../../words/errors.js'

const LOWEST = 15_000
const HIGHEST = 65_535
const ATTEMPTS = 50

/** First and last port that the system gives to outgoing connections. */
export type PortRange = readonly [number, number]

/**
 * A port that nobody listens on. It lies outside the range of outgoing connections where that leaves room: a port of
 * that range may be taken by any connection between now and the moment the server listens, and a client that polls
 * it may even connect to itself. Somebody else may still take the port in between, so a caller that finds it taken asks again.
 */
export async function freePort(): Promise<number> {
  const candidates = portsOutside(outgoingRange())
  if (candidates) {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const port = randomInt(candidates[0], candidates[1] + 1)
      if ((await listenProblem(port)) === null) return port
    }
  }
  return await assignedPort()
}

/** Ports beside the range of outgoing connections, or null where it leaves fewer than 1,000. */
export function portsOutside([first, last]: PortRange): PortRange | null {
  if (first - LOWEST >= 1_000) return [LOWEST, first - 1]
  if (HIGHEST - last >= 1_000) return [Math.max(last + 1, LOWEST), HIGHEST]
  return null
}

/** Why nobody can listen on `port` of the loopback address: the system's error code, or null when one can. */
export async function listenProblem(port: number): Promise<string | null> {
  for (const host of ['127.0.0.1', '0.0.0.0']) {
    try {
      await listenOnce(port, host)
    } catch (error) {
      return codeOf(error) ?? 'unknown'
    }
  }
  return null
}

async function assignedPort(): Promise<number> {
  return await listenOnce(0, '127.0.0.1')
}

/** Listens, stops, and gives the port. */
function listenOnce(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}

function outgoingRange(): PortRange {
  // The range that IANA names, which other systems use.
  const usual: PortRange = [49_152, HIGHEST]
  if (process.platform !== 'linux') return usual
  try {
    const [first, last] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/)
    return [Number(first), Number(last)]
  } catch {
    // A sandbox may hide the setting; Linux's own default then.
    return [32_768, 60_999]
  }
}
