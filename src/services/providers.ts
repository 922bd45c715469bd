import type { ServiceName } from '../model/plan/level.js'
import type { Availability, RunningService, ServiceContext, ServiceProvider } from '../model/plan/service.js'
import { containers } from './containers/provider.js'
import { nginx } from './nginx/nginx-provider.js'
import { postgres } from './postgres/postgres-provider.js'
import { redis } from './redis/redis-provider.js'

/** Every service that a level may need, each with who finds or starts it. */
const providers: Readonly<Record<ServiceName, ServiceProvider>> = { containers, nginx, postgres, redis }

/** Whether a service can be had here. Never throws for a service that cannot. */
export async function checkService(name: ServiceName, env: NodeJS.ProcessEnv): Promise<Availability> {
  return await providers[name].check(env)
}

/** @throws UserError when it cannot be had: what, where, what to do. */
export async function startService(name: ServiceName, context: ServiceContext): Promise<RunningService> {
  return await providers[name].start(context)
}
