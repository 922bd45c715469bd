import type { Machine } from '../model/run/machine.js'
import type { Run, RunSettings } from '../model/run/run.js'
import { plural } from '../words/format.js'

/** One way in which two runs are unlike, in words, with both values. */
export interface Difference {
  readonly what: string
  readonly here: string
  readonly there: string
}

/** Runs that are not in the ladder since machine or settings differ. */
export interface LeftOut {
  readonly runIds: readonly string[]
  readonly differences: readonly Difference[]
}

/** What must agree for figures of two runs to stand side by side, as name to value, ready to be shown. */
export function conditionsOf(run: Run): ReadonlyMap<string, string> {
  const { machine, settings } = run
  return new Map([
    ['host', machine.hostname],
    ['CPU', machine.cpuModel],
    ['usable cores', String(machine.usableCores)],
    ['Node', machine.node],
    ['connections', connectionsText(settings)],
    ['timeout', `${settings.timeoutSeconds} s`],
    ['generators', String(settings.generators)],
    ['affinity', affinityText(settings) ?? 'cores shared'],
    ['CPU of a worker', workerCpusText(settings)],
  ])
}

/** `0.1 of a core`, `1.5 cores`, `no limit`. */
export function workerCpusText({ workerCpus }: Pick<RunSettings, 'workerCpus'>): string {
  if (!workerCpus) return 'no limit'
  if (workerCpus < 1) return `${workerCpus} of a core`
  return plural(workerCpus, 'core')
}

/** Whether absolute figures of both may belong to one answer, as far as the machine goes, and what workers could use of it. */
export function isSameMachine(a: On, b: On): boolean {
  return isSameHardware(a, b) && workerCpusText(a.settings) === workerCpusText(b.settings)
}

export function isSameHardware(a: Pick<On, 'machine'>, b: Pick<On, 'machine'>): boolean {
  return a.machine.cpuModel === b.machine.cpuModel && a.machine.usableCores === b.machine.usableCores
}

type On = { readonly machine: Machine; readonly settings: Pick<RunSettings, 'workerCpus'> }

/** What was measured: the short commit, and whether there were changes beside it. */
export function commitText(git: Run['git']): string | null {
  return git === null ? null : `${git.commit.slice(0, 9)}${git.dirty ? ' + changes' : ''}`
}

/** Runs with the same key may be compared; it holds every condition. */
export function conditionsKey(run: Run): string {
  return JSON.stringify([...conditionsOf(run).values()])
}

/** How `there` is unlike `here`; empty when their figures may be compared. */
export function differencesOf(here: Run, there: Run): Difference[] {
  const other = conditionsOf(there)
  return [...conditionsOf(here)].flatMap(([what, value]) => {
    const theirs = other.get(what) ?? ''
    return theirs === value ? [] : [{ what, here: value, there: theirs }]
  })
}

/** A scenario's own load in a run; figures of a scenario under unlike loads are not comparable either. */
export function loadText(run: Run, name: string): string {
  const scenario = run.scenarios.find((each) => each.name === name)
  if (scenario === undefined) return 'unknown load'
  return `${plural(scenario.connections, 'connection')}, timeout ${scenario.timeoutSeconds} s`
}

export function connectionsText({ connections }: Pick<RunSettings, 'connections'>): string {
  return connections === null ? 'each scenario’s own' : String(connections)
}

/** `generator on core 0, service on cores 2, 3`; null where they shared them. */
export function affinityText({ affinity }: Pick<RunSettings, 'affinity'>): string | null {
  return affinity && `generator on ${coreList(affinity.generator)}, service on ${coreList(affinity.service)}`
}

/** `core 1`, `cores 0, 2`. */
export function coreList(cores: readonly number[]): string {
  return `${cores.length === 1 ? 'core' : 'cores'} ${cores.join(', ')}`
}
