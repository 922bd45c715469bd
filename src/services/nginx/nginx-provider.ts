import type {
  Availability,
  RunningService,
  ServiceContext,
  ServiceProvider,
} from '../../model/plan/service.js'
import { UserError } from '../../words/errors.js'
import { installCommand } from '../support/installed-programs.js'
import { findNginx, NGINX_INSTALL } from './nginx-programs.js'

const MISSING = 'no nginx 1.20 or newer is installed here'

/**
 * nginx: the program installed here, handed over as `NGINX_PROGRAM`. It has no state of its own, so that a level runs it as one
 * of its processes, with a configuration of its own.
 */
export const nginx: ServiceProvider = {
  name: 'nginx',
  check: async (env): Promise<Availability> => {
    const program = await findNginx(env)
    if (program) return { available: true, source: `installed (${program.file})`, version: program.version }
    return { available: false, reason: MISSING, fix: installCommand(NGINX_INSTALL, env), mistake: false }
  },
  start: async (context: ServiceContext): Promise<RunningService> => {
    const program = await findNginx(context.env)
    if (!program) {
      throw new UserError(`${MISSING}: ${installCommand(NGINX_INSTALL, context.env) ?? 'install it'}`)
    }
    return {
      name: 'nginx',
      source: `installed (${program.file})`,
      version: program.version,
      pids: [],
      notes: [],
      environment: async () => ({ NGINX_PROGRAM: program.file }),
      stop: async () => {},
    }
  },
}
