import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { UserError } from '../words/errors.js'
import { COMPONENTS, type Component } from './components.js'
import type { Kubectl } from './kubectl.js'
import { readStatus, type Status } from './kubernetes-status.js'
import { MANAGED, overlay } from './kustomize-overlay.js'

const SECRET = 'rungs-app'
const AUTOSCALER = 'rungs-web'
const SELECTOR = Object.entries(MANAGED)
  .map(([name, value]) => `${name}=${value}`)
  .join(',')

/** Every kind that the manifests hold, in the order in which they go. Secrets are the user's. */
const KINDS = [
  'ingresses.networking.k8s.io',
  'horizontalpodautoscalers.autoscaling',
  'deployments.apps',
  'jobs.batch',
  'services',
  'poddisruptionbudgets.policy',
  'networkpolicies.networking.k8s.io',
  'configmaps',
].join(',')

const SHOWN_KINDS = 'deployments.apps,horizontalpodautoscalers.autoscaling,ingresses.networking.k8s.io,pods'

export interface Deployment {
  /** The folder of the manifests. */
  readonly manifests: string
  /** Where the overlay may lie while kubectl reads it. */
  readonly tempDir: string
  readonly image: string
  readonly host: string | null
}

type Note = (text: string) => void

/** The manifests as they would be applied. Asks no cluster. */
export function render(kubectl: Kubectl, deployment: Deployment): Promise<string> {
  return withOverlay(kubectl, deployment, (dir) => kubectl.run(['kustomize', dir]))
}

/** Applies the manifests and waits until the new pods serve. What kubectl printed. */
export async function deploy(
  kubectl: Kubectl,
  deployment: Deployment,
  timeoutSeconds: number,
  note: Note,
): Promise<string> {
  await checkNamespace(kubectl)
  await checkSecret(kubectl)
  const applied = await withOverlay(kubectl, deployment, (dir) => kubectl.run(['apply', '-k', dir]))
  await rolledOut(kubectl, COMPONENTS, timeoutSeconds, note)
  return applied
}

/** Commands that set how many pods of a component there are. The autoscaler goes no lower than that for the web. */
export function scaleCommands(component: Component, replicas: number, autoscaled: boolean): string[][] {
  const bound = ['patch', 'hpa', AUTOSCALER, '--type=merge', `--patch={"spec":{"minReplicas":${replicas}}}`]
  return [
    ...(autoscaled && component === 'web' ? [bound] : []),
    ['scale', nameOf(component), `--replicas=${replicas}`],
  ]
}

export async function scale(
  kubectl: Kubectl,
  component: Component,
  replicas: number,
  timeoutSeconds: number,
  note: Note,
): Promise<void> {
  const before = await status(kubectl)
  const { autoscaler } = before
  if (component === 'web' && autoscaler !== null && replicas > autoscaler.max) {
    throw new UserError(
      `${replicas} web pods: the autoscaler allows at most ${autoscaler.max}; raise maxReplicas in availability.yaml ` +
        'and NODES in app.env together, and deploy',
    )
  }
  for (const command of scaleCommands(component, replicas, autoscaler !== null)) await kubectl.run(command)
  await rolledOut(kubectl, [component], timeoutSeconds, note)
}

/** @throws UserError where nothing of rungs is in the namespace. */
export async function status(kubectl: Kubectl): Promise<Status> {
  await checkNamespace(kubectl)
  const found = readStatus(await kubectl.run(['get', SHOWN_KINDS, `--selector=${SELECTOR}`, '--output=json']))
  if (found.components.length > 0) return found
  throw new UserError(
    `namespace ${kubectl.namespace} holds nothing that rungs deployed: rungs k8s deploy --namespace ${kubectl.namespace} --image …`,
  )
}

export function destroyCommand(timeoutSeconds: number): string[] {
  return [
    'delete',
    KINDS,
    `--selector=${SELECTOR}`,
    '--ignore-not-found',
    // Ends when the pods have gone, not when they are told to.
    '--cascade=foreground',
    `--timeout=${timeoutSeconds}s`,
    '--output=name',
  ]
}

/** Deletes what `deploy` labelled, and only that; what was deleted. */
export async function destroy(kubectl: Kubectl, timeoutSeconds: number): Promise<string[]> {
  await checkNamespace(kubectl)
  const options = { timeoutSeconds: timeoutSeconds + GRACE_SECONDS }
  const printed = await kubectl.run(destroyCommand(timeoutSeconds), options)
  return printed.split('\n').filter((line) => line !== '')
}

/** kubectl's own time limit goes first: it says what it was waiting for. */
const GRACE_SECONDS = 15

async function rolledOut(
  kubectl: Kubectl,
  components: readonly Component[],
  timeoutSeconds: number,
  note: Note,
): Promise<void> {
  for (const component of components) {
    note(`waiting for ${nameOf(component)} …`)
    const args = ['rollout', 'status', nameOf(component), `--timeout=${timeoutSeconds}s`]
    const { ok, problems } = await kubectl.attempt(args, { timeoutSeconds: timeoutSeconds + GRACE_SECONDS })
    if (ok) continue
    const look = kubectl.inWords(['describe', 'pods', `--selector=app.kubernetes.io/component=${component}`])
    const back = kubectl.inWords(['rollout', 'undo', nameOf(component)])
    throw new UserError(
      `${nameOf(component)} is not rolled out: ${problems.join('; ')}; see why: ${look}; go back: ${back}`,
    )
  }
}

async function checkNamespace(kubectl: Kubectl): Promise<void> {
  const { ok, problems } = await kubectl.attempt(['get', 'namespace', kubectl.namespace, '--output=name'])
  if (ok) return
  const missing = problems.some((problem) => problem.includes('NotFound'))
  throw new UserError(
    missing
      ? `namespace ${kubectl.namespace} does not exist: ${kubectl.inWords(['create', 'namespace', kubectl.namespace])}`
      : problems.map((problem) => `cannot reach the cluster: ${problem}`),
  )
}

/** Without it the pods would wait for it until the time is over. */
async function checkSecret(kubectl: Kubectl): Promise<void> {
  const { ok, problems } = await kubectl.attempt(['get', 'secret', SECRET, '--output=name'])
  if (ok) return
  if (!problems.some((problem) => problem.includes('NotFound'))) throw new UserError(problems)
  const create = kubectl.inWords(['create', 'secret', 'generic', SECRET])
  throw new UserError(
    `secret ${SECRET} is not in namespace ${kubectl.namespace}: ${create} ` +
      '--from-literal=DATABASE_URL=… --from-literal=REDIS_URL=… --from-literal=JWT_SECRET=…',
  )
}

function nameOf(component: Component): string {
  return `deployment/rungs-${component}`
}

/** kustomize takes its folder as it is: the overlay is one, removed again. */
async function withOverlay<T>(
  kubectl: Kubectl,
  { manifests, tempDir, image, host }: Deployment,
  use: (dir: string) => Promise<T>,
): Promise<T> {
  const dir = await realpath(await mkdtemp(join(tempDir, 'k8s-')))
  try {
    const base = relative(dir, await realpath(manifests))
    const content = overlay({ namespace: kubectl.namespace, base, image, host })
    // JSON is YAML.
    await writeFile(join(dir, 'kustomization.yaml'), JSON.stringify(content, null, 2))
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true })
  }
}
