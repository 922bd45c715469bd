import type { GateDefaults } from '../model/config.js'
import { GATE_SETTINGS, type GateChoiceName, type GateChoices } from './gate-settings.js'
import { type ResolvedTable, resolveTable, type TableSources } from './resolve-table.js'

export interface GateSources extends Omit<TableSources<GateChoices>, 'file'> {
  readonly file: { readonly name: string; readonly gate: GateDefaults } | null
}

export interface ResolvedGate extends Omit<ResolvedTable<GateChoices>, 'values'> {
  readonly choices: GateChoices
  readonly sources: Readonly<Record<GateChoiceName, string>>
}

/** The settings of a gate; `fallback` holds the choices of one that is resumed. Pure; all problems at once. */
export function resolveGate({ file, ...from }: GateSources): ResolvedGate {
  const section = file && { name: file.name, section: 'gate', values: file.gate }
  const { values: choices, sources, problems } = resolveTable(GATE_SETTINGS, { ...from, file: section })
  const noBase =
    '--base: what to compare with must be given: a branch, tag or commit, a folder, or a URL, such as --base main'
  return { choices, sources, problems: choices.base === null ? [...problems, noBase] : problems }
}
