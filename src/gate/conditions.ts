import type { Machine } from '../model/run/machine.js'

/** What must agree for absolute figures of two measurements to stand side by side, as name to value. */
export function conditionsOf(machine: Machine, level: string): ReadonlyMap<string, string> {
  return new Map([
    ['CPU model', machine.cpuModel],
    ['cores', String(machine.usableCores)],
    ['Node', machine.node],
    ['level', level],
  ])
}

/** A line for each condition that differs: `CPU model: A there, B here`. */
export function conditionDifferences(
  there: ReadonlyMap<string, string>,
  here: ReadonlyMap<string, string>,
): string[] {
  return [...here].flatMap(([name, value]) => {
    const other = there.get(name) ?? 'unknown'
    return other === value ? [] : [`${name}: ${other} there, ${value} here`]
  })
}
