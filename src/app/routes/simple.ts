import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'

const Simple = Type.Object({ message: Type.String(), ok: Type.Boolean() })

const routes: FastifyPluginAsyncTypebox = async (app) => {
  // Not async: a promise a request is a measurable part of an answer as small as this.
  app.get('/simple', { schema: { response: { 200: Simple } } }, (_request, reply) => {
    reply.send({ message: 'hello', ok: true })
  })
}

export default routes
