import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { AppError, ErrorBody } from '../support/errors.js'
import { User } from './users.js'

const Credentials = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
  },
  { additionalProperties: false },
)
const Token = Type.Object({ token: Type.String(), expires_in: Type.Integer() })

const routes: FastifyPluginAsyncTypebox = async (app) => {
  app.post(
    '/login',
    { schema: { body: Credentials, response: { 200: Token, 401: ErrorBody } } },
    async (request) => {
      const token = await app.logIn(request.body.email, request.body.password)
      if (token === null) throw new AppError(401, 'unauthorized', 'Wrong e-mail address or password')
      return { token, expires_in: app.settings.jwtExpiresSeconds }
    },
  )

  app.get(
    '/me',
    { schema: { response: { 200: User, 401: ErrorBody } }, onRequest: app.requireUser },
    async (request) => {
      // A token outlives its user: the account is looked up, not taken from the token.
      const user = await app.users.find(Number(request.user.sub))
      if (user === null) throw new AppError(401, 'unauthorized', 'The account of this token is gone')
      return user
    },
  )
}

export default routes
