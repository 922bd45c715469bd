import type { LevelEntry } from '../../catalog/entries.js'
import type { ReadPlan } from '../../catalog/read-plan.js'
import { quotaProblem } from '../../launch/level-quota.js'
import { readCores, usableCores } from '../../launch/machine/cores.js'
import { readGeneratorLimits } from '../../launch/machine/generator-limits.js'
import { describeMachine } from '../../observe/machine.js'
import { hasTaskset } from '../../services/support/pinned.js'
import { chooseBackend, type Lack } from '../plan/level-availability.js'
import type { Surroundings } from '../plan/plan-run.js'
import type { Invocation } from '../terminal/invocation.js'
import { gitFacts } from './git-facts.js'

export type ThisMachine = Required<Pick<Surroundings, 'cores' | 'canPin' | 'limits' | 'machine'>>

/** The machine that rungs runs on, as far as it may use it. */
export function thisMachine(env: NodeJS.ProcessEnv): ThisMachine {
  const cores = readCores()
  return {
    cores,
    canPin: hasTaskset(env),
    limits: readGeneratorLimits(),
    machine: describeMachine({ usableCores: usableCores(cores), memoryLimitBytes: cores.memoryLimitBytes }),
  }
}

/** What planning needs to know of the world, and the levels as they can be run in it. */
export async function surroundingsOf(
  { env, cwd, version }: Pick<Invocation, 'env' | 'cwd' | 'version'>,
  { levels, configuration: { settings } }: Pick<ReadPlan, 'levels' | 'configuration'>,
): Promise<{ levels: LevelEntry[]; around: Surroundings }> {
  const lacks = new Map<number, Lack>()
  const chosen = await Promise.all(
    levels.map(async (level) => {
      const { entry, lack } = await chooseBackend(level, settings.backend, env)
      if (lack) lacks.set(entry.level.number, lack)
      return entry
    }),
  )
  const around = {
    ...thisMachine(env),
    git: await gitFacts(cwd),
    version,
    startedAt: new Date(),
    // The check makes a control group, so it is made only where a quota may be wanted.
    quotaProblem: settings.workerCpus === 'off' ? null : quotaProblem(),
    lacks,
  }
  return { levels: chosen, around }
}
