import { resolve } from 'node:path'
import { carriedSecrets } from '../../arms/carry.js'
import { ignoredOnlyIn, lackText } from '../../arms/ignored-files.js'
import type { Arm, ProjectChoices } from '../../arms/prepare-arm.js'
import { ArmFailure } from '../../runner/blocks/arm-failure.js'
import { redact } from '../../services/support/redact.js'
import { UserError, withHint } from '../../words/errors.js'
import type { GateReading } from './gate-plan.js'

/** How both sides are made ready: by the configuration's `gate`. */
export function projectChoicesOf({ plan, projectDir }: GateReading): ProjectChoices {
  const { build = null, carry } = plan.configuration.loaded?.config.gate ?? {}
  return { build, ...(carry ? { carried: { from: projectDir, paths: carry } } : {}) }
}

/** Folders of rungs' own, wherever they lie: none of them is the service's. */
export function ownFolders(out: string, { RUNGS_CACHE_DIR, RUNGS_STATE_DIR }: NodeJS.ProcessEnv): string[] {
  return [out, RUNGS_CACHE_DIR, RUNGS_STATE_DIR].flatMap((dir) => (dir ? [resolve(dir)] : []))
}

/** Hides what the carried files hold in messages. */
export function hiding({ carried }: ProjectChoices): (text: string) => string {
  // Read only when there is something to hide: that the files are there has been checked by then.
  let secrets: readonly string[] | null = carried ? null : []
  return (text) => {
    secrets ??= carried ? carriedSecrets(carried) : []
    return redact(text, secrets)
  }
}

/** Whether a side is a fresh checkout that lacks files of the head's folder, as a sentence; null where it is not. */
async function lackOf(arm: Arm, headDir: string, own: readonly string[]): Promise<string | null> {
  if (arm.origin.kind !== 'ref' || arm.dir === null) return null
  return lackText(arm.side, await ignoredOnlyIn(headDir, arm.dir, own))
}

/** A failure of one side, with what its checkout lacks and without secrets; other errors as they are. */
export async function explained(
  error: unknown,
  arms: Readonly<Record<'base' | 'head', Arm>> | null,
  headDir: string,
  own: readonly string[],
  hide: (text: string) => string,
): Promise<unknown> {
  if (!(error instanceof UserError)) return error
  const hidden = new UserError(error.problems.map(hide), error.exitCode, { cause: error })
  if (!(error instanceof ArmFailure) || arms === null) return hidden
  const lack = await lackOf(arms[error.side], headDir, own)
  return lack === null ? hidden : withHint(hidden, `${lack}: name what it needs in gate.carry`)
}
