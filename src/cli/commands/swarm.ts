import { type Parser, wholeNumber } from '../../config/parsers.js'
import { type Docker, makeDocker } from '../../deploy/docker.js'
import * as swarm from '../../deploy/swarm.js'
import { ExitCode } from '../../words/exit-codes.js'
import type { Invocation } from '../terminal/invocation.js'
import type { Output } from '../terminal/output.js'
import {
  deploymentFolder,
  imageName,
  readGiven,
  readScale,
  untilInterrupt,
  waitSeconds,
} from '../world/deployment-flags.js'

/** `rungs swarm deploy`: puts a level's stack up, or updates it, one batch of tasks after the other. */
export async function deploy(invocation: Invocation): Promise<ExitCode> {
  const { flags, output } = invocation
  const { name, image, port, timeoutSeconds } = readGiven<{
    name: string
    image: string
    port: number | null
    timeoutSeconds: number
  }>({
    name: ['--name', flags.name ?? '', stackName],
    image: ['--image', flags.image ?? '', imageName],
    port: ['--port', flags.port ?? '', optionalPort],
    timeoutSeconds: ['--timeout', flags.timeout ?? '', waitSeconds],
  })
  return withDocker(invocation, async (docker) => {
    const folder = await deploymentFolder('swarm', invocation)
    await swarm.deploy(docker, { name, folder, image, port }, timeoutSeconds, output.note)
    show(output, await swarm.status(docker, name))
  })
}

/** `rungs swarm scale N`: so many tasks of the web, or of the queue workers. */
export async function scale(invocation: Invocation): Promise<ExitCode> {
  const { flags, output } = invocation
  const given = ['--name', flags.name ?? '', stackName] as const
  const { where, replicas, component, timeoutSeconds } = readScale(invocation, given)
  return withDocker(invocation, async (docker) => {
    await swarm.scale(docker, where, component, replicas, timeoutSeconds, output.note)
    show(output, await swarm.status(docker, where))
  })
}

/** `rungs swarm status`: the services of the stack and their tasks. */
export async function status(invocation: Invocation): Promise<ExitCode> {
  const { name } = readGiven<{ name: string }>({ name: ['--name', invocation.flags.name ?? '', stackName] })
  return withDocker(invocation, async (docker) => {
    show(invocation.output, await swarm.status(docker, name))
  })
}

/** `rungs swarm destroy`: removes the stack, its data, and the swarm where `deploy` made it. */
export async function destroy(invocation: Invocation): Promise<ExitCode> {
  const { flags, output } = invocation
  const { name, timeoutSeconds } = readGiven<{ name: string; timeoutSeconds: number }>({
    name: ['--name', flags.name ?? '', stackName],
    timeoutSeconds: ['--timeout', flags.timeout ?? '', waitSeconds],
  })
  return withDocker(invocation, async (docker) => {
    const removed = await swarm.destroy(docker, name, timeoutSeconds)
    output.result({ name, removed })
    for (const each of removed) output.print(`removed ${each}`)
    if (removed.length === 0) output.print(`there is no stack ${name}`)
  })
}

async function withDocker(invocation: Invocation, use: (docker: Docker) => Promise<void>): Promise<ExitCode> {
  const { env } = invocation
  const done = await untilInterrupt(invocation, (signal) => use(makeDocker({ env, signal })))
  return done === 'interrupted' ? ExitCode.Interrupted : ExitCode.Ok
}

function show(output: Output, found: swarm.SwarmStatus): void {
  output.result(found)
  for (const { name, running, wanted, image, update } of found.services) {
    const state = update === null ? '' : `, update ${update}`
    output.print(`${name.padEnd(20)}  ${running}/${wanted} running, ${image}${state}`)
  }
  for (const task of found.tasks) output.print(`  ${task}`)
}

const stackName: Parser<string> = (text) =>
  /^[a-z][a-z0-9-]{0,39}$/.test(text)
    ? { value: text }
    : { problem: 'must be small letters, digits and hyphens, a letter first, at most 40' }

const port = wholeNumber({ min: 1, max: 65_535, example: 8080 })
const optionalPort: Parser<number | null> = (text) => (text === '' ? { value: null } : port(text))
