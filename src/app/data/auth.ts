import fastifyJwt from '@fastify/jwt'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'
import { AppError } from '../support/errors.js'
import { impossibleHash, verifyPassword } from './passwords.js'

declare module '@fastify/jwt' {
  interface FastifyJWT {
    payload: { sub: string }
    user: { sub: string }
  }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** A token for the user, or null when address or password are wrong; both cases take as long. */
    logIn(email: string, password: string): Promise<string | null>
    /** For `onRequest` of routes that need a user. */
    requireUser(request: FastifyRequest): Promise<void>
  }
}

async function auth(app: FastifyInstance): Promise<void> {
  const { settings } = app
  // The algorithm is pinned both ways: a token must not choose how it is checked.
  await app.register(fastifyJwt, {
    secret: settings.jwtSecret,
    sign: { algorithm: 'HS256', expiresIn: settings.jwtExpiresSeconds },
    verify: { algorithms: ['HS256'] },
  })
  const nobody = impossibleHash(settings.passwordCost)

  app.decorate('logIn', async (email: string, password: string) => {
    const user = await app.users.findForLogin(email)
    const fits = await verifyPassword(password, user?.passwordHash ?? nobody)
    return user !== null && fits ? app.jwt.sign({ sub: String(user.id) }) : null
  })
  app.decorate('requireUser', async (request: FastifyRequest) => {
    try {
      await request.jwtVerify()
    } catch (error) {
      throw new AppError(401, 'unauthorized', 'A valid bearer token is needed', { cause: error })
    }
  })
}

export default plugin(auth, { name: 'auth' })
