import type { GateDefaults } from '../model/config.js'
import { GATE_CHOICE_NAMES, GATE_SETTINGS, type GateChoiceName, type GateChoices } from './gate-settings.js'
import { everyGiven, parseGiven } from './given.js'
import type { Setting } from './setting.js'

export interface GateSources {
  readonly flags: Readonly<Record<string, string | boolean | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly file: { readonly name: string; readonly gate: GateDefaults } | null
  /** What goes before a default: the choices of a gate that is resumed. */
  readonly fallback?: Partial<GateChoices>
}

export interface ResolvedGate {
  readonly choices: GateChoices
  readonly sources: Readonly<Record<GateChoiceName, string>>
  /** Everything that is wrong, a line each; a choice that is wrong holds its default. */
  readonly problems: readonly string[]
}

/** Flag, environment, the file's `gate`, what is resumed, default. Pure; all problems at once. */
export function resolveGate({ flags, env, file, fallback = {} }: GateSources): ResolvedGate {
  const choices: Partial<Record<GateChoiceName, unknown>> = {}
  const sources: Partial<Record<GateChoiceName, string>> = {}
  const problems: string[] = []
  const section = file && { name: file.name, section: 'gate', values: file.gate }
  for (const name of GATE_CHOICE_NAMES) {
    const setting = GATE_SETTINGS[name] as Setting<unknown, keyof GateDefaults>
    const flag = flags[name]
    const [given] = everyGiven(setting, flag === undefined ? flag : String(flag), env, section)
    const parsed = given && parseGiven(setting, given)
    if (given && parsed && 'problem' in parsed) problems.push(`${given.written}: ${parsed.problem}`)
    const sound = given && parsed && 'value' in parsed ? parsed : null
    choices[name] = sound ? sound.value : (fallback[name] ?? setting.default)
    sources[name] = sound && given ? given.source : 'default'
  }
  if (choices.base === null) {
    problems.push(
      '--base: what to compare with must be given: a branch, tag or commit, a folder, or a URL, such as --base main',
    )
  }
  return {
    choices: choices as unknown as GateChoices,
    sources: sources as Record<GateChoiceName, string>,
    problems,
  }
}
