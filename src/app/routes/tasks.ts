import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { AppError, ErrorBody } from '../support/errors.js'
import type { TaskOptions, TaskService, TaskStatus } from '../tasks/task-service.js'

/** Between two looks at a task that somebody waits for. */
const LOOK_EVERY_MS = 20
const UNDER_WAY: ReadonlySet<TaskStatus['state']> = new Set(['queued', 'running'])

const NewTask = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    args: Type.Optional(Type.Unknown()),
    priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_097_151 })),
    delay_seconds: Type.Optional(Type.Number({ minimum: 0, maximum: 31_536_000 })),
    attempts: Type.Optional(Type.Integer({ minimum: 1, maximum: 100 })),
    repeat: Type.Optional(
      Type.Object(
        {
          every_seconds: Type.Number({ minimum: 0.1, maximum: 31_536_000 }),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export const Accepted = Type.Object({
  task_id: Type.String(),
  status: Type.String(),
  status_url: Type.String(),
})
const Status = Type.Object({
  task_id: Type.String(),
  status: Type.String(),
  result: Type.Optional(Type.Unknown()),
  error: Type.Optional(Type.String()),
})
const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) })

/** What is answered when a task was accepted. */
export function accepted(id: string, status = 'queued') {
  return { task_id: id, status, status_url: `/api/tasks/${id}` }
}

const routes: FastifyPluginAsyncTypebox = async (app) => {
  const tasks = (): TaskService => {
    if (app.tasks !== null) return app.tasks
    throw new AppError(
      503,
      'queue_not_configured',
      'This endpoint needs a queue: set ENABLE_BACKGROUND_TASKS and REDIS_URL',
    )
  }

  app.post(
    '/',
    {
      schema: {
        body: NewTask,
        headers: Type.Object({ 'idempotency-key': Type.Optional(Type.String({ maxLength: 200 })) }),
        response: { 202: Accepted, 400: ErrorBody },
      },
    },
    async (request, reply) => {
      const { name, args = {}, priority, attempts, delay_seconds, repeat } = request.body
      const idempotencyKey = request.headers['idempotency-key']
      const options: TaskOptions = {
        ...(priority === undefined ? {} : { priority }),
        ...(attempts === undefined ? {} : { attempts }),
        ...(delay_seconds === undefined ? {} : { delayMs: Math.round(delay_seconds * 1_000) }),
        ...(repeat === undefined ? {} : { repeat: repeatOf(repeat) }),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      }
      const id = await tasks().enqueueTask(name, args, options)
      return reply.code(202).send(accepted(id, repeat === undefined ? 'queued' : 'repeating'))
    },
  )

  app.get(
    '/:id',
    {
      schema: {
        params: Id,
        querystring: Type.Object(
          { wait: Type.Number({ minimum: 0, maximum: 30, default: 0 }) },
          { additionalProperties: false },
        ),
        response: { 200: Status, 404: ErrorBody },
      },
    },
    async (request) => {
      const { id } = request.params
      const until = performance.now() + request.query.wait * 1_000
      for (;;) {
        const status = await tasks().getTaskStatus(id)
        if (status === null) throw notFound(id)
        // Nobody is kept waiting by a service that is about to stop.
        const over = performance.now() >= until || app.traffic.admission !== 'open'
        if (over || !UNDER_WAY.has(status.state)) return shown(status)
        await sleep(LOOK_EVERY_MS)
      }
    },
  )

  app.delete(
    '/:id',
    { schema: { params: Id, response: { 200: Status, 202: Status, 404: ErrorBody, 409: ErrorBody } } },
    async (request, reply) => {
      const { id } = request.params
      const cancellation = await tasks().cancelTask(id)
      switch (cancellation) {
        case 'cancelled':
          return reply.send({ task_id: id, status: cancellation })
        case 'cancelling':
          return reply.code(202).send({ task_id: id, status: cancellation })
        case 'finished':
          throw new AppError(409, 'conflict', `The task ${id} has ended and cannot be cancelled`)
        case 'unknown':
          throw notFound(id)
      }
    },
  )
}

function repeatOf({ every_seconds, limit }: { every_seconds: number; limit?: number }) {
  return { everyMs: Math.round(every_seconds * 1_000), ...(limit === undefined ? {} : { limit }) }
}

function shown({ id, state, result, error }: TaskStatus) {
  return {
    task_id: id,
    status: state,
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
  }
}

function notFound(id: string): AppError {
  return new AppError(404, 'not_found', `There is no task ${id}, or its result is no longer kept`)
}

export default routes
