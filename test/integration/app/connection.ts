import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One raw connection, to see exactly what the server does with it. */
export class Connection {
  readonly socket: Socket
  received = ''
  #changed: () => void = () => {}

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk
      this.#changed()
    })
    socket.on('error', () => this.#changed())
    socket.on('close', () => this.#changed())
  }

  static async open(url: string): Promise<Connection> {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await once(socket, 'connect')
    return new Connection(socket)
  }

  write(text: string): void {
    this.socket.write(text)
  }

  get(path: string): void {
    this.write(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`)
  }

  /** The next complete answer: its head and body. @throws Error when the connection closes before. */
  async answer(): Promise<{ status: number; head: string; body: string }> {
    for (;;) {
      const end = this.received.indexOf('\r\n\r\n')
      const head = this.received.slice(0, end)
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0)
      if (end !== -1 && this.received.length >= end + 4 + length) {
        const body = this.received.slice(end + 4, end + 4 + length)
        this.received = this.received.slice(end + 4 + length)
        return { status: Number(head.split(' ')[1]), head: head.toLowerCase(), body }
      }
      if (this.socket.destroyed) throw new Error(`closed before an answer; received: ${this.received}`)
      await this.#change()
    }
  }

  async closed(): Promise<void> {
    while (!this.socket.destroyed) await this.#change()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve
    })
  }
}
