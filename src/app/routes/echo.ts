import type { FastifyPluginAsync } from 'fastify'

/** A WebSocket, as far as the echo uses one. */
interface Peer {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): void
  send(data: Buffer, options: { binary: boolean }): void
}

/** `GET /ws`: every message comes back as it was, text as text and bytes as bytes. */
const routes: FastifyPluginAsync = async (app) => {
  app.get('/ws', { websocket: true }, (socket: Peer) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
  })
}

export default routes
