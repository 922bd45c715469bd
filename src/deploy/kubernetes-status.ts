import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { UserError } from '../words/errors.js'

/** What rungs deployed into a namespace, as the cluster sees it. */
export interface Status {
  readonly components: readonly ComponentStatus[]
  readonly pods: readonly PodStatus[]
  readonly autoscaler: { readonly min: number; readonly max: number } | null
  readonly hosts: readonly string[]
}

export interface ComponentStatus {
  readonly name: string
  readonly image: string
  readonly wanted: number
  readonly ready: number
  /** Of the newest revision. */
  readonly updated: number
}

export interface PodStatus {
  readonly name: string
  readonly phase: string
  readonly ready: boolean
  readonly restarts: number
  readonly node: string | null
}

const count = Type.Optional(Type.Integer())
const Metadata = Type.Object({ name: Type.String() })
const Deployment = Type.Object({
  metadata: Metadata,
  spec: Type.Object({
    replicas: count,
    template: Type.Object({
      spec: Type.Object({ containers: Type.Array(Type.Object({ image: Type.String() })) }),
    }),
  }),
  status: Type.Optional(Type.Object({ readyReplicas: count, updatedReplicas: count })),
})
const Pod = Type.Object({
  metadata: Metadata,
  spec: Type.Object({ nodeName: Type.Optional(Type.String()) }),
  status: Type.Object({
    phase: Type.String(),
    containerStatuses: Type.Optional(
      Type.Array(Type.Object({ ready: Type.Boolean(), restartCount: Type.Integer() })),
    ),
  }),
})
const Autoscaler = Type.Object({ spec: Type.Object({ minReplicas: count, maxReplicas: Type.Integer() }) })
const Ingress = Type.Object({
  spec: Type.Object({
    rules: Type.Optional(Type.Array(Type.Object({ host: Type.Optional(Type.String()) }))),
  }),
})

const checks = {
  list: Compile(Type.Object({ items: Type.Array(Type.Object({ kind: Type.String() })) })),
  Deployment: Compile(Deployment),
  Pod: Compile(Pod),
  HorizontalPodAutoscaler: Compile(Autoscaler),
  Ingress: Compile(Ingress),
}

/** @param json what `kubectl get … --output=json` printed. @throws UserError where it is something else. */
export function readStatus(json: string): Status {
  const list = parsed(json)
  if (!checks.list.Check(list)) throw new UserError('kubectl get: it printed no list of objects')
  const ofKind = <T>(kind: Exclude<keyof typeof checks, 'list'>): T[] =>
    list.items
      .filter((item) => item.kind === kind)
      .map((item) => {
        if (!checks[kind].Check(item)) throw new UserError(`kubectl get: a ${kind} of an unknown form`)
        return item as T
      })
  const [autoscaler] = ofKind<Static<typeof Autoscaler>>('HorizontalPodAutoscaler')
  const ingresses = ofKind<Static<typeof Ingress>>('Ingress')
  return {
    components: ofKind<Static<typeof Deployment>>('Deployment').map(componentOf),
    pods: ofKind<Static<typeof Pod>>('Pod').map(podOf),
    autoscaler: autoscaler
      ? { min: autoscaler.spec.minReplicas ?? 1, max: autoscaler.spec.maxReplicas }
      : null,
    hosts: ingresses.flatMap(({ spec }) => spec.rules ?? []).flatMap(({ host }) => host ?? []),
  }
}

function componentOf({ metadata, spec, status }: Static<typeof Deployment>): ComponentStatus {
  return {
    name: metadata.name,
    image: spec.template.spec.containers[0]?.image ?? '',
    wanted: spec.replicas ?? 1,
    ready: status?.readyReplicas ?? 0,
    updated: status?.updatedReplicas ?? 0,
  }
}

function podOf({ metadata, spec, status }: Static<typeof Pod>): PodStatus {
  const containers = status.containerStatuses ?? []
  return {
    name: metadata.name,
    phase: status.phase,
    ready: containers.length > 0 && containers.every(({ ready }) => ready),
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    node: spec.nodeName ?? null,
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // Judged like any other value that is no list.
    return null
  }
}
