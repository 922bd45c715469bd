import type { Socket } from 'node:net'
import { buildConnector } from 'undici'
import { type ConnectionListener, OpenConnection } from './open-connection.js'

export interface PoolOptions {
  readonly origin: string
  readonly maxConnections: number
  /** A connection that is not established within this time is given up. */
  readonly timeoutSeconds: number
}

/**
 * The connections of one generator: made when all others are taken, up to a limit, and kept. Of the idle ones the least
 * recently used goes next, so that the load is spread over all of them as that of many users is, and every worker of a
 * cluster gets its share; with the most recently used first, a light load would go to one worker only. TLS certificates
 * are not verified.
 */
export class ConnectionPool<Flight> {
  /** Bytes that came over connections which are closed. */
  #bytesOfClosed = 0
  #peak = 0
  #made = 0
  readonly #options: PoolOptions
  readonly #listener: ConnectionListener<Flight>
  readonly #connector: buildConnector.connector
  readonly #all = new Set<OpenConnection<Flight>>()
  /** With a socket, least recently used first; and those whose socket has closed. */
  readonly #idle = new Set<OpenConnection<Flight>>()
  readonly #closed = new Set<OpenConnection<Flight>>()
  readonly #sockets = new Map<OpenConnection<Flight>, Socket>()

  constructor(options: PoolOptions, listener: ConnectionListener<Flight>) {
    this.#options = options
    this.#listener = listener
    this.#connector = buildConnector({
      timeout: Math.ceil(options.timeoutSeconds * 1_000),
      rejectUnauthorized: false,
    })
  }

  /** The most that were open at once since `restartPeak`. */
  get peak(): number {
    return this.#peak
  }

  restartPeak(): void {
    this.#peak = this.#sockets.size
  }

  get bytesReceived(): number {
    let bytes = this.#bytesOfClosed
    for (const socket of this.#sockets.values()) bytes += socket.bytesRead
    return bytes
  }

  /** A connection without a request, or null when all are taken. */
  take(): OpenConnection<Flight> | null {
    const idle = takeFirst(this.#idle) ?? takeFirst(this.#closed)
    if (idle) return idle
    if (this.#made === this.#options.maxConnections) return null
    this.#made++
    const connect = (connection: OpenConnection<Flight>) => this.#connectorOf(connection)
    const connection = new OpenConnection(this.#options.origin, connect, this.#listener)
    this.#all.add(connection)
    return connection
  }

  release(connection: OpenConnection<Flight>): void {
    if (this.#sockets.has(connection)) this.#idle.add(connection)
    else this.#closed.add(connection)
  }

  /** Closes a connection that is taken and of no more use; another may be made in its place. */
  drop(connection: OpenConnection<Flight>): void {
    this.#made--
    this.#all.delete(connection)
    connection.destroy()
    // Its `close` comes later, when the next may be open already.
    this.#closedOne(connection)
  }

  destroy(): void {
    for (const connection of this.#all) connection.destroy()
  }

  #connectorOf(connection: OpenConnection<Flight>): buildConnector.connector {
    return (options, callback) =>
      this.#connector(options, (...result) => {
        const [error, socket] = result
        if (!error) this.#opened(connection, socket)
        callback(...result)
      })
  }

  #opened(connection: OpenConnection<Flight>, socket: Socket): void {
    if (!this.#all.has(connection)) return
    this.#sockets.set(connection, socket)
    this.#peak = Math.max(this.#peak, this.#sockets.size)
    socket.once('close', () => {
      this.#closedOne(connection)
      if (this.#idle.delete(connection)) this.#closed.add(connection)
    })
  }

  #closedOne(connection: OpenConnection<Flight>): void {
    this.#bytesOfClosed += this.#sockets.get(connection)?.bytesRead ?? 0
    this.#sockets.delete(connection)
  }
}

function takeFirst<Item>(items: Set<Item>): Item | null {
  for (const first of items) {
    items.delete(first)
    return first
  }
  return null
}
