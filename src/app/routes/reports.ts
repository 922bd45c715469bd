import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { generateReport } from '../tasks/report-work.js'
import { Accepted, accepted } from './tasks.js'

const ReportRequest = Type.Object(
  {
    rows: Type.Integer({ minimum: 1, maximum: 500_000, default: 100_000 }),
    seed: Type.Integer({ minimum: 0, maximum: 4_294_967_295, default: 1 }),
  },
  { additionalProperties: false },
)
const Report = Type.Object({
  rows: Type.Integer(),
  seed: Type.Integer(),
  revenue: Type.Integer(),
  groups: Type.Array(
    Type.Object({
      region: Type.String(),
      category: Type.String(),
      orders: Type.Integer(),
      revenue: Type.Integer(),
      median: Type.Integer(),
      p95: Type.Integer(),
    }),
  ),
})

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/generate',
    {
      schema: { body: ReportRequest, response: { 200: Report, 202: Accepted } },
      // No body is the same as an empty one: the usual report.
      preValidation: (request, _reply, done) => {
        request.body ??= {} as typeof request.body
        done()
      },
    },
    async (request, reply) => {
      // Without a queue the work is done here, and everyone else waits: what a level with a queue is for.
      if (app.tasks === null) return reply.send(generateReport(request.body))
      const id = await app.tasks.enqueueTask('generate_report', request.body)
      return reply.code(202).send(accepted(id))
    },
  )
}

export default routes
