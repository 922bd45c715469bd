import { randomBytes } from 'node:crypto'
import { UserError } from '../words/errors.js'
import { type Docker, linesOf } from './docker.js'

/** On the machine whose swarm we made: what is undone with the last stack. Its value says what came with the swarm. */
const MADE_BY_US = 'rungs-made-swarm'
const BRIDGE = 'docker_gwbridge'

/** On the machine that keeps a stack's data. */
const dataLabel = (stack: string) => `rungs-data-${stack}`

/** Makes this machine a swarm of one, for itself alone, unless it is in one. @throws UserError on a mere worker. */
export async function ensureManager(docker: Docker, note: (text: string) => void): Promise<void> {
  const [state, manager] = await swarmState(docker)
  if (state === 'active' && manager === 'true') return
  if (state === 'active') {
    throw new UserError(
      'this machine is a worker of its swarm: run rungs swarm on a manager (docker node ls shows them)',
    )
  }
  if (state !== 'inactive') throw new UserError(`the swarm of this machine is ${state}: docker info says why`)
  const bridge = (await networks(docker)).includes(BRIDGE) ? 'kept' : 'made'
  note('making this machine a swarm of one (docker swarm init); destroy undoes it')
  await docker.run(['swarm', 'init', '--advertise-addr=127.0.0.1', '--listen-addr=127.0.0.1:2377'])
  await docker.run(['node', 'update', `--label-add=${MADE_BY_US}=${bridge}`, await ownNode(docker)])
}

export async function isInSwarm(docker: Docker): Promise<boolean> {
  return (await swarmState(docker))[0] === 'active'
}

/** How many machines the swarm has. */
export async function nodeCount(docker: Docker): Promise<number> {
  return linesOf(await docker.run(['node', 'ls', '--quiet'])).length
}

/** The data of a stack stays on one machine: this one, unless another was chosen before. */
export async function chooseDataNode(docker: Docker, stack: string): Promise<void> {
  if ((await dataNodes(docker, stack)).length > 0) return
  await docker.run(['node', 'update', `--label-add=${dataLabel(stack)}=true`, await ownNode(docker)])
}

export async function forgetDataNode(docker: Docker, stack: string): Promise<void> {
  for (const node of await dataNodes(docker, stack)) {
    await docker.run(['node', 'update', `--label-rm=${dataLabel(stack)}`, node])
  }
}

/** Leaves the swarm that we made, if nothing else uses it. Whether it did. */
export async function leaveOurSwarm(docker: Docker): Promise<boolean> {
  const format = `{{index .Spec.Labels "${MADE_BY_US}"}}`
  const made = (await docker.run(['node', 'inspect', 'self', `--format=${format}`])).trim()
  const others = linesOf(await docker.run(['service', 'ls', '--quiet']))
  if (made === '' || others.length > 0 || (await nodeCount(docker)) > 1) return false
  await docker.run(['swarm', 'leave', '--force'])
  if (made === 'made' && (await networks(docker)).includes(BRIDGE)) {
    await docker.run(['network', 'rm', BRIDGE])
  }
  return true
}

/**
 * Makes the secret with the settings unless it exists: passwords of this stack's own, that nobody needs to know. They go
 * through standard input, so that no list of processes shows them.
 */
export async function ensureSettings(docker: Docker, stack: string, secret: string): Promise<void> {
  if ((await docker.attempt(['secret', 'inspect', secret, '--format={{.ID}}'])).ok) return
  const password = randomBytes(24).toString('hex')
  const settings = {
    POSTGRES_PASSWORD: password,
    DATABASE_URL: `postgres://app:${password}@postgres:5432/app`,
    REDIS_URL: 'redis://redis:6379/0',
    JWT_SECRET: randomBytes(32).toString('hex'),
  }
  const input = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  await docker.run(['secret', 'create', `--label=rungs.stack=${stack}`, secret, '-'], {
    input: input.join(''),
  })
}

async function swarmState(docker: Docker): Promise<string[]> {
  const format = '{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}'
  const [state = '', manager = ''] = (await docker.run(['info', `--format=${format}`])).trim().split(' ')
  // `docker info` without a daemon prints an empty state, and its complaint, and ends well in some versions.
  if (state === '')
    throw new UserError('docker answers, but no engine behind it: start it (systemctl start docker)')
  return [state, manager]
}

async function ownNode(docker: Docker): Promise<string> {
  return (await docker.run(['node', 'inspect', 'self', '--format={{.ID}}'])).trim()
}

async function dataNodes(docker: Docker, stack: string): Promise<string[]> {
  return linesOf(await docker.run(['node', 'ls', '--quiet', `--filter=node.label=${dataLabel(stack)}=true`]))
}

async function networks(docker: Docker): Promise<string[]> {
  return linesOf(await docker.run(['network', 'ls', '--format={{.Name}}']))
}
