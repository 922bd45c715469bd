import type { Parser } from '../../config/parsers.js'
import { type Kubectl, makeKubectl } from '../../deploy/kubectl.js'
import * as kubernetes from '../../deploy/kubernetes.js'
import type { Status } from '../../deploy/kubernetes-status.js'
import { openLease } from '../../launch/lease/lease.js'
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

/** `rungs k8s deploy`: applies a level's manifests through the user's kubectl, and waits until they serve. */
export async function deploy(invocation: Invocation): Promise<ExitCode> {
  const { flags, env, output } = invocation
  const { namespace, image, host, timeoutSeconds } = readGiven<{
    namespace: string
    image: string
    host: string | null
    timeoutSeconds: number
  }>({
    namespace: ['--namespace', flags.namespace ?? '', namespaceName],
    image: ['--image', flags.image ?? '', imageName],
    host: ['--host', flags.host ?? '', hostName],
    timeoutSeconds: ['--timeout', flags.timeout ?? '', waitSeconds],
  })
  return withKubectl(invocation, namespace, async (kubectl) => {
    const lease = await openLease({ env })
    try {
      const manifests = await deploymentFolder('kubernetes', invocation)
      const deployment = { manifests, tempDir: lease.tempDir, image, host }
      if (flags.dryRun) {
        const rendered = await kubernetes.render(kubectl, deployment)
        output.result({ manifests: rendered })
        output.print(rendered.trimEnd())
        return
      }
      const applied = await kubernetes.deploy(kubectl, deployment, timeoutSeconds, output.note)
      for (const line of applied.trim().split('\n')) output.note(line)
      show(output, await kubernetes.status(kubectl))
    } finally {
      for (const line of await lease.release()) output.warn(line)
    }
  })
}

/** `rungs k8s scale N`: so many pods of the web, or of the queue workers. */
export async function scale(invocation: Invocation): Promise<ExitCode> {
  const { flags, output } = invocation
  const given = ['--namespace', flags.namespace ?? '', namespaceName] as const
  const { where, replicas, component, timeoutSeconds } = readScale(invocation, given)
  return withKubectl(invocation, where, async (kubectl) => {
    if (flags.dryRun) {
      print(output, kubernetes.scaleCommands(component, replicas, true).map(kubectl.inWords))
      return
    }
    await kubernetes.scale(kubectl, component, replicas, timeoutSeconds, output.note)
    show(output, await kubernetes.status(kubectl))
  })
}

/** `rungs k8s status`: what rungs deployed into the namespace, as the cluster sees it. */
export async function status(invocation: Invocation): Promise<ExitCode> {
  const { flags } = invocation
  const { namespace } = readGiven<{ namespace: string }>({
    namespace: ['--namespace', flags.namespace ?? '', namespaceName],
  })
  return withKubectl(invocation, namespace, async (kubectl) => {
    show(invocation.output, await kubernetes.status(kubectl))
  })
}

/** `rungs k8s destroy`: deletes what `deploy` made. The namespace and the Secret are the user's, and stay. */
export async function destroy(invocation: Invocation): Promise<ExitCode> {
  const { flags, output } = invocation
  const { namespace, timeoutSeconds } = readGiven<{ namespace: string; timeoutSeconds: number }>({
    namespace: ['--namespace', flags.namespace ?? '', namespaceName],
    timeoutSeconds: ['--timeout', flags.timeout ?? '', waitSeconds],
  })
  return withKubectl(invocation, namespace, async (kubectl) => {
    if (flags.dryRun) {
      print(output, [kubectl.inWords(kubernetes.destroyCommand(timeoutSeconds))])
      return
    }
    const deleted = await kubernetes.destroy(kubectl, timeoutSeconds)
    output.result({ namespace: kubectl.namespace, deleted })
    for (const name of deleted) output.print(`deleted ${name}`)
    if (deleted.length === 0) output.print(`namespace ${kubectl.namespace} holds nothing that rungs deployed`)
  })
}

async function withKubectl(
  invocation: Invocation,
  namespace: string,
  use: (kubectl: Kubectl) => Promise<void>,
): Promise<ExitCode> {
  const { flags, env } = invocation
  const done = await untilInterrupt(invocation, (signal) =>
    use(makeKubectl({ namespace, context: flags.context ?? null }, { env, signal })),
  )
  return done === 'interrupted' ? ExitCode.Interrupted : ExitCode.Ok
}

function print(output: Output, commands: readonly string[]): void {
  output.result({ commands })
  for (const command of commands) output.print(command)
}

function show(output: Output, found: Status): void {
  output.result(found)
  for (const { name, image, wanted, ready, updated } of found.components) {
    output.print(`${name.padEnd(12)}  ${ready}/${wanted} ready, ${updated} of the newest revision, ${image}`)
  }
  if (found.autoscaler)
    output.print(`autoscaler    ${found.autoscaler.min} to ${found.autoscaler.max} web pods`)
  for (const host of found.hosts) output.print(`ingress       https://${host}`)
  for (const { name, phase, ready, restarts, node } of found.pods) {
    const where = node === null ? 'on no node yet' : `on ${node}`
    output.print(`  ${name}  ${phase}, ${ready ? 'ready' : 'not ready'}, ${restarts} restarts, ${where}`)
  }
}

const DNS_LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'

function matching(pattern: RegExp, problem: string): Parser<string> {
  return (text) => (pattern.test(text) ? { value: text } : { problem })
}

const namespaceName = matching(
  new RegExp(`^${DNS_LABEL}$`),
  'must be the name of a namespace: small letters, digits and hyphens, at most 63',
)

const hostName: Parser<string | null> = (text) =>
  text === '' ? { value: null } : matching(new RegExp(`^(?:${DNS_LABEL}\\.)*${DNS_LABEL}$`), HOST)(text)

const HOST = 'must be a host name, such as app.example.org'
