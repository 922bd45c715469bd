import { lstatSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { type AddressInfo, connect, type ListenOptions } from 'node:net'
import type { Settings } from './settings.js'

/** What a server listens on: a Unix socket where `SOCKET` names one, else host and port. */
export async function listenOptions(settings: Settings): Promise<ListenOptions> {
  const { socket, host, port, backlog, listenMode } = settings
  if (socket !== null) {
    await removeStale(socket)
    // Who may enter its folder may use it: a proxy runs as another account.
    return { path: socket, backlog, readableAll: true, writableAll: true }
  }
  return { host, port, backlog, ...(listenMode === 'reuseport' ? { exclusive: true, reusePort: true } : {}) }
}

/** `127.0.0.1:3000`, or the path of the socket. */
export function addressText(server: Server): string {
  const address = server.address() as AddressInfo | string
  return typeof address === 'string' ? address : `${address.address}:${address.port}`
}

/** A process that was killed leaves its socket behind, and nobody can listen there until it is gone. */
async function removeStale(path: string): Promise<void> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return
  const answered = await new Promise<boolean>((resolve) => {
    const probe = connect(path, () => {
      probe.destroy()
      resolve(true)
    })
    probe.once('error', () => resolve(false))
  })
  if (!answered) rmSync(path, { force: true })
}
