import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { AppError, ErrorBody } from '../support/errors.js'

export const User = Type.Object({
  id: Type.Integer(),
  email: Type.String(),
  name: Type.String(),
  createdAt: Type.String(),
})

const Page = Type.Object({
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
  offset: Type.Integer({ minimum: 0, maximum: 2_147_483_647, default: 0 }),
})
const UserId = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) })
// No password here: this is the endpoint that measures a database write, not a hash.
const NewUser = Type.Object(
  {
    email: Type.String({ format: 'email', maxLength: 254 }),
    name: Type.String({ minLength: 1, maxLength: 200 }),
  },
  { additionalProperties: false },
)
const Users = Type.Object({ users: Type.Array(User), limit: Type.Integer(), offset: Type.Integer() })

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.get('/', { schema: { querystring: Page, response: { 200: Users } } }, async (request) => {
    const { limit, offset } = request.query
    return { users: await app.users.list(limit, offset), limit, offset }
  })

  app.get(
    '/:id',
    { schema: { params: UserId, response: { 200: User, 404: ErrorBody } } },
    async (request) => {
      const user = await app.users.find(request.params.id)
      if (user === null) throw new AppError(404, 'not_found', `There is no user ${request.params.id}`)
      return user
    },
  )

  app.post(
    '/',
    { schema: { body: NewUser, response: { 201: User, 409: ErrorBody } } },
    async (request, reply) => {
      const user = await app.users.create(request.body)
      return reply.code(201).header('location', `/api/users/${user.id}`).send(user)
    },
  )
}

export default routes
