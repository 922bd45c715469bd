import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { UserError } from '../words/errors.js'

/** Of every service of the stack: what has it not is not ours. */
export const OURS = 'rungs.level'

const Service = Type.Object({
  Spec: Type.Object({
    Name: Type.String(),
    Labels: Type.Optional(Type.Record(Type.String(), Type.String())),
    TaskTemplate: Type.Object({ ContainerSpec: Type.Object({ Image: Type.String() }) }),
  }),
  UpdateStatus: Type.Optional(
    Type.Object({ State: Type.String(), StartedAt: Type.String(), Message: Type.Optional(Type.String()) }),
  ),
})
const services = Compile(Type.Array(Service))

/** A service of the swarm, as `docker service inspect` prints it. */
export type Service = Static<typeof Service>

export interface ServiceCount {
  readonly name: string
  readonly running: number
  readonly wanted: number
}

/** @param json what `docker service inspect` printed */
export function readServices(json: string): Service[] {
  const value: unknown = JSON.parse(json)
  if (!services.Check(value))
    throw new UserError('docker service inspect: it printed something else than services')
  return value
}

/** @param lines `NAME RUNNING/WANTED`, and perhaps more in words, as `docker stack services` prints them */
export function readCounts(lines: readonly string[]): ServiceCount[] {
  return lines.map((line) => {
    const [, name = '', running, wanted] = /^(\S+) (\d+)\/(\d+)/.exec(line) ?? []
    if (wanted === undefined) throw new UserError(`docker stack services: "${line}" is no count of tasks`)
    return { name, running: Number(running), wanted: Number(wanted) }
  })
}

export type Progress =
  | { readonly state: 'done' }
  | { readonly state: 'waiting'; readonly text: string }
  | { readonly state: 'failed'; readonly text: string }

/**
 * How far the services are. A service whose tasks are to change counts as done only with an update begun since `before`:
 * for a moment after the call all its old tasks still run.
 */
export function progressOf(
  before: readonly Service[],
  now: readonly Service[],
  counts: readonly ServiceCount[],
): Progress {
  const failed = now.filter((service) => /^(rollback|paused)/.test(newUpdate(before, service)?.State ?? ''))
  if (failed.length > 0) {
    const texts = failed.map(
      ({ Spec, UpdateStatus }) => `${Spec.Name}: ${UpdateStatus?.Message ?? 'update failed'}`,
    )
    return { state: 'failed', text: texts.join('; ') }
  }
  const waiting = counts.flatMap(({ name, running, wanted }) => {
    const changing = updating(before, now, name)
    if (running === wanted && !changing) return []
    return [`${name} ${running}/${wanted}${changing ? ' (updating)' : ''}`]
  })
  return waiting.length === 0 ? { state: 'done' } : { state: 'waiting', text: waiting.join(', ') }
}

function updating(before: readonly Service[], now: readonly Service[], name: string): boolean {
  const service = now.find(({ Spec }) => Spec.Name === name)
  const old = before.find(({ Spec }) => Spec.Name === name)
  if (!service || !old) return false
  const update = newUpdate(before, service)
  if (update) return update.State !== 'completed'
  return JSON.stringify(old.Spec.TaskTemplate) !== JSON.stringify(service.Spec.TaskTemplate)
}

/** The update that began since, if one did. */
function newUpdate(before: readonly Service[], { Spec, UpdateStatus }: Service): Service['UpdateStatus'] {
  const old = before.find((service) => service.Spec.Name === Spec.Name)
  return UpdateStatus?.StartedAt === old?.UpdateStatus?.StartedAt ? undefined : UpdateStatus
}
