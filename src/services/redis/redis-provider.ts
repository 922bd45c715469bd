import type {
  Availability,
  RunningService,
  ServiceContext,
  ServiceProvider,
} from '../../model/plan/service.js'
import { messageOf, UserError } from '../../words/errors.js'
import { installCommand } from '../support/installed-programs.js'
import { reachRedis, useRedis } from './redis-given.js'
import { startRedis } from './redis-private.js'
import { findRedis, REDIS_INSTALL } from './redis-programs.js'

const MISSING = 'no Redis here: REDIS_URL is not set, and none is installed'

/** Redis: the server of `REDIS_URL`, or a private one of the program installed here. */
export const redis: ServiceProvider = {
  name: 'redis',
  check: async (env): Promise<Availability> => {
    const url = env.REDIS_URL
    if (url) {
      try {
        return { available: true, source: 'REDIS_URL', version: await reachRedis(env) }
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        return { available: false, reason: messageOf(error), fix: null, mistake: true }
      }
    }
    const program = await findRedis(env)
    if (program) return { available: true, source: `installed (${program.file})`, version: program.version }
    return { available: false, reason: MISSING, fix: installCommand(REDIS_INSTALL, env), mistake: false }
  },
  start: async (context: ServiceContext): Promise<RunningService> => {
    const url = context.env.REDIS_URL
    if (url) return await useRedis(url, context)
    const program = await findRedis(context.env)
    if (program) return await startRedis(program, context)
    const fix = installCommand(REDIS_INSTALL, context.env) ?? 'install Redis 5 or newer'
    throw new UserError(`${MISSING}: ${fix}, or set REDIS_URL`)
  },
}
