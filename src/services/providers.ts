import { UserError } from '../model/errors.js'
import type { ServiceName } from '../model/level.js'
import type { Availability, RunningService, ServiceContext, ServiceProvider } from '../model/service.js'
import { containers } from './containers/provider.js'
import { nginx } from './nginx-provider.js'
import { postgres } from './postgres-provider.js'
import { redis } from './redis-provider.js'

/** Every service that rungs can find or start; the others are levels' to come. */
const providers: Partial<Record<ServiceName, ServiceProvider>> = { containers, nginx, postgres, redis }

/** Whether a service can be had here. Never throws for a service that cannot. */
export async function checkService(name: ServiceName, env: NodeJS.ProcessEnv): Promise<Availability> {
  return (
    (await providers[name]?.check(env)) ?? {
      available: false,
      reason: unsupported(name),
      fix: null,
      mistake: false,
    }
  )
}

/** @throws UserError when it cannot be had: what, where, what to do. */
export async function startService(name: ServiceName, context: ServiceContext): Promise<RunningService> {
  const provider = providers[name]
  if (!provider)
    throw new UserError(`${unsupported(name)}: leave it out of the level's services and start it yourself`)
  return await provider.start(context)
}

function unsupported(name: ServiceName): string {
  return `this version of rungs does not start ${name}`
}
