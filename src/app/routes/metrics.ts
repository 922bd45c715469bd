import type { FastifyPluginAsync } from 'fastify'
import type { Registry } from 'prom-client'

const route: FastifyPluginAsync<{ registry: Registry }> = async (app, { registry }) => {
  app.get('/metrics', async (_request, reply) => {
    reply.type(registry.contentType)
    return registry.metrics()
  })
}

export default route
