import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../words/errors.js'
import { COMPONENTS, type Component } from './components.js'
import { type Docker, linesOf } from './docker.js'
import {
  chooseDataNode,
  ensureManager,
  ensureSettings,
  forgetDataNode,
  isInSwarm,
  leaveOurSwarm,
  nodeCount,
} from './swarm-node.js'
import {
  OURS,
  progressOf,
  readCounts,
  readServices,
  type Service,
  type ServiceCount,
} from './swarm-services.js'

export interface Stack {
  readonly name: string
  /** The folder of `stack.yaml`. */
  readonly folder: string
  readonly image: string
  /** The port of each machine at which its proxy listens; null is what the stack says. */
  readonly port: number | null
}

type Note = (text: string) => void

const POLL_MS = 500

/** Puts the stack up, or brings it to what the files and the image are now, and waits until that runs. */
export async function deploy(
  docker: Docker,
  stack: Stack,
  timeoutSeconds: number,
  note: Note,
): Promise<void> {
  const { name, folder } = stack
  await ensureManager(docker, note)
  const before = await servicesOf(docker, name)
  checkOurs(name, before)
  const secret = `${name}_settings`
  await ensureSettings(docker, name, secret)
  await chooseDataNode(docker, name)
  const variables = {
    STACK_NAME: name,
    APP_IMAGE: stack.image,
    SETTINGS_SECRET: secret,
    NGINX_CONFIG: `${name}_nginx_${await hashOf(join(folder, 'nginx.conf'))}`,
    ...(stack.port === null ? {} : { PUBLISHED_PORT: String(stack.port) }),
    // How many there are is said by `scale`, which a new image must not undo.
    ...scaledSoFar(name, await countsOf(docker, name)),
  }
  // A swarm of one runs what is on this machine; others need a registry to have the very same image.
  const resolve = (await nodeCount(docker)) > 1 ? 'always' : 'never'
  const args = ['stack', 'deploy', '--prune', `--resolve-image=${resolve}`]
  const said = await docker.run([...args, '--compose-file', join(folder, 'stack.yaml'), name], { variables })
  for (const line of linesOf(said)) note(line)
  await settled(docker, name, before, timeoutSeconds, note)
}

export async function scale(
  docker: Docker,
  name: string,
  component: Component,
  replicas: number,
  timeoutSeconds: number,
  note: Note,
): Promise<void> {
  const before = await existing(docker, name)
  await docker.run(['service', 'scale', '--detach', `${name}_${component}=${replicas}`])
  await settled(docker, name, before, timeoutSeconds, note)
}

export interface SwarmStatus {
  readonly services: readonly (ServiceCount & { readonly image: string; readonly update: string | null })[]
  readonly tasks: readonly string[]
}

/** @throws UserError where there is no such stack. */
export async function status(docker: Docker, name: string): Promise<SwarmStatus> {
  const services = await existing(docker, name)
  const counts = await countsOf(docker, name)
  const format = '{{.Name}} on {{.Node}}: {{.CurrentState}} {{.Error}}'
  const tasks = await docker.run([
    'stack',
    'ps',
    name,
    '--filter=desired-state=running',
    `--format=${format}`,
  ])
  return {
    services: counts.map((count) => {
      const service = services.find(({ Spec }) => Spec.Name === count.name)
      const image = service?.Spec.TaskTemplate.ContainerSpec.Image ?? ''
      return { ...count, image, update: service?.UpdateStatus?.State ?? null }
    }),
    tasks: linesOf(tasks).map((line) => line.trim()),
  }
}

/** Removes everything of the stack on this machine, its data too, and the swarm that was made for it. What went. */
export async function destroy(docker: Docker, name: string, timeoutSeconds: number): Promise<string[]> {
  if (!(await isInSwarm(docker))) return []
  const services = await servicesOf(docker, name)
  checkOurs(name, services)
  const gone = services.map(({ Spec }) => `service ${Spec.Name}`)
  if (services.length > 0) await docker.run(['stack', 'rm', name])
  await emptied(docker, name, timeoutSeconds)
  const ofStack = `--filter=label=com.docker.stack.namespace=${name}`
  for (const volume of linesOf(await docker.run(['volume', 'ls', '--quiet', ofStack]))) {
    await docker.run(['volume', 'rm', volume])
    gone.push(`volume ${volume}`)
  }
  const ownSecrets = ['secret', 'ls', '--format={{.Name}}', `--filter=label=rungs.stack=${name}`]
  for (const secret of linesOf(await docker.run(ownSecrets))) {
    await docker.run(['secret', 'rm', secret])
    gone.push(`secret ${secret}`)
  }
  await forgetDataNode(docker, name)
  if (await leaveOurSwarm(docker)) gone.push('the swarm of this machine')
  return gone
}

async function servicesOf(docker: Docker, name: string): Promise<Service[]> {
  const filter = `--filter=label=com.docker.stack.namespace=${name}`
  const ids = linesOf(await docker.run(['service', 'ls', '--quiet', filter]))
  return ids.length === 0 ? [] : readServices(await docker.run(['service', 'inspect', ...ids]))
}

async function existing(docker: Docker, name: string): Promise<Service[]> {
  const services = (await isInSwarm(docker)) ? await servicesOf(docker, name) : []
  if (services.length === 0)
    throw new UserError(`there is no stack ${name}: rungs swarm deploy --name ${name} --image …`)
  checkOurs(name, services)
  return services
}

function checkOurs(name: string, services: readonly Service[]): void {
  const strangers = services.filter(({ Spec }) => Spec.Labels?.[OURS] === undefined)
  if (strangers.length === 0) return
  const names = strangers.map(({ Spec }) => Spec.Name).join(', ')
  throw new UserError(`stack ${name} is not one of rungs (${names}): take another --name`)
}

async function countsOf(docker: Docker, name: string): Promise<ServiceCount[]> {
  const filter = `--filter=label=com.docker.stack.namespace=${name}`
  return readCounts(linesOf(await docker.run(['service', 'ls', filter, '--format={{.Name}} {{.Replicas}}'])))
}

function scaledSoFar(name: string, counts: readonly ServiceCount[]): Record<string, string> {
  const entries = COMPONENTS.flatMap((component) => {
    const found = counts.find((count) => count.name === `${name}_${component}`)
    return found ? [[`${component.toUpperCase()}_TASKS`, String(found.wanted)]] : []
  })
  return Object.fromEntries(entries)
}

async function settled(
  docker: Docker,
  name: string,
  before: readonly Service[],
  timeoutSeconds: number,
  note: Note,
): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1_000
  for (let shown = ''; ; ) {
    const progress = progressOf(before, await servicesOf(docker, name), await countsOf(docker, name))
    if (progress.state === 'done') return
    const look = `docker stack ps --no-trunc ${name}`
    if (progress.state === 'failed') throw new UserError(`${progress.text}; see why: ${look}`)
    if (Date.now() > deadline) {
      throw new UserError(`not up after ${timeoutSeconds} s: ${progress.text}; see why: ${look}`)
    }
    if (progress.text !== shown) note(`waiting for ${progress.text} …`)
    shown = progress.text
    await sleep(POLL_MS)
  }
}

/** Waits until the containers and networks of a stack that was removed have gone, here. */
async function emptied(docker: Docker, name: string, timeoutSeconds: number): Promise<void> {
  const ofStack = `--filter=label=com.docker.stack.namespace=${name}`
  const deadline = Date.now() + timeoutSeconds * 1_000
  for (;;) {
    const left = [
      ...linesOf(await docker.run(['ps', '--all', '--format={{.Names}}', ofStack])),
      ...linesOf(await docker.run(['network', 'ls', '--format={{.Name}}', ofStack])),
    ]
    if (left.length === 0) return
    if (Date.now() > deadline)
      throw new UserError(`still there after ${timeoutSeconds} s: ${left.join(', ')}`)
    await sleep(POLL_MS)
  }
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 12)
}
