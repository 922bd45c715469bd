import type { Machine } from '../model/run/machine.js'
import type { RunLevel } from '../model/run/run.js'
import { KINDS, type RecordOf } from './kinds.js'

/** A record of levels under load, which goes on only under what it began with. */
export type Resumable = RecordOf<'run' | 'capacity' | 'tune'>

/**
 * Why a stored record cannot be continued by what would be measured now, a line each; none where it can. Figures of one
 * record stand side by side, so load, levels, machine and commit must be what they were; only what ends a search may grow.
 */
export function resumeProblems<R extends Resumable>(stored: R, now: R): string[] {
  const { noun } = KINDS[stored.kind]
  return differences({ noun, id: stored.id }, fixedOf(stored), fixedOf(now))
}

/** What differs between two sets of values by name, a line each, of the record that has the first. */
export function differences(
  { noun, id }: { readonly noun: string; readonly id: string },
  then: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): string[] {
  const place = `${noun} ${id}`
  const [before, after] = [leavesOf(then), leavesOf(now)]
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
    const [was, is] = [before.get(name) ?? 'none', after.get(name) ?? 'none']
    return was === is ? [] : [`${place}: ${name} was ${was}, now ${is}; keep it, or start a new ${noun}`]
  })
}

/** A machine, as far as absolute figures hang on it. */
export function machineFacts({ cpuModel, usableCores, node }: Machine) {
  return { 'CPU model': cpuModel, cores: usableCores, Node: node }
}

function fixedOf(record: Resumable): Record<string, unknown> {
  const { settings, machine, git } = record
  const common = { ...machineFacts(machine), commit: git?.commit ?? 'unknown', ...settings }
  if (record.kind === 'run')
    return {
      ...common,
      level: Object.fromEntries(record.levels.map((level) => [level.key, declared(level)])),
      scenario: Object.fromEntries(record.scenarios.map(({ name, ...load }) => [name, load])),
      plan: record.plan.map(({ level, scenario, repeat }) => `${level}:${scenario}:${repeat}`),
    }
  const { key, ...level } = declared(record.level)
  const { name, ...load } = record.scenario
  const one = { ...common, level: { [key]: level }, scenario: { [name]: load } }
  if (record.kind === 'capacity') {
    const { lowest, highest, resolution } = record.search
    return { ...one, slo: record.slo, lowest, highest, resolution }
  }
  const { budgetSeconds: _, ...plan } = record.plan
  return { ...one, ...plan, candidates: record.candidates.map((candidate) => candidate.key) }
}

/** A level without what its boots showed. */
function declared({ bootSeconds: _, services: __, elsewhere: ___, ...level }: RunLevel) {
  return level
}

/** Each value by its path in words: `latency rate` → `500`. */
function leavesOf(value: unknown, path: readonly string[] = []): Map<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return new Map([[path.join(' '), Array.isArray(value) ? value.join(',') : String(value ?? 'none')]])
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...leavesOf(inner, [...path, key])]))
}
