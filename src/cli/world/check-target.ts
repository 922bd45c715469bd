import { connect } from 'node:net'
import { UserError } from '../../words/errors.js'

const CONNECT_WITHIN_MS = 5_000

/** @throws UserError when nobody listens there: nothing could be measured, and every scenario would say so by itself */
export async function checkTargetListens(target: string): Promise<void> {
  const { hostname, port, protocol } = new URL(target)
  const host = hostname.replace(/^\[|\]$/g, '')
  const problem = await problemOfConnecting(host, Number(port || (protocol === 'https:' ? 443 : 80)))
  if (problem !== null) {
    throw new UserError(`the target ${target} cannot be reached (${problem}); start the service first`)
  }
}

function problemOfConnecting(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_WITHIN_MS })
    const settle = (problem: string | null) => {
      socket.destroy()
      resolve(problem)
    }
    socket.once('connect', () => settle(null))
    socket.once('timeout', () => settle(`no connection within ${CONNECT_WITHIN_MS / 1_000} s`))
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? error.message))
  })
}
