import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../../helpers/http-client.js'
import { MANIFESTS, ofKind } from '../../helpers/manifests.js'
import { Sandbox } from '../../helpers/rungs.js'

/** The commands against a program that stands for kubectl: what they ask of it, and what they make of its answers. */
let sandbox: Sandbox
let record: string
let path: string

beforeAll(() => {
  sandbox = new Sandbox()
  record = join(sandbox.dir, 'kubectl.jsonl')
  const bin = join(sandbox.dir, 'bin')
  mkdirSync(bin)
  symlinkSync(resolve(import.meta.dirname, 'fixtures/kubectl.mjs'), join(bin, 'kubectl'))
  path = `${bin}:${dirname(process.execPath)}`
})
beforeEach(() => rmSync(record, { force: true }))
afterAll(() => {
  expect(sandbox.leftovers()).toEqual([])
  sandbox.remove()
})

interface Answer {
  readonly when: string
  readonly stdout?: string
  readonly stderr?: string
  readonly code?: number
  readonly hangs?: boolean
}

const IMAGE = 'registry.example.com/rungs-app:1'
const cluster = [{ when: 'get deployments', stdout: JSON.stringify(clusterState()) }]

const env = (answers: readonly Answer[]) => ({
  PATH: path,
  KUBECTL_RECORD: record,
  KUBECTL_ANSWERS: JSON.stringify(answers),
})
const k8s = (args: readonly string[], answers: readonly Answer[] = cluster) =>
  sandbox.run(['k8s', ...args, '--namespace', 'shop'], env(answers))

// biome-ignore lint/suspicious/noExplicitAny: the overlay is what the tests check.
function calls(): { args: string[]; overlay: any; folder: string }[] {
  if (!existsSync(record)) return []
  return readFileSync(record, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}
const words = () => calls().map(({ args }) => args.slice(1, 3).join(' '))

/** What `kubectl get` prints once the manifests are applied and all is up. */
function clusterState() {
  const deployments = ofKind('Deployment').map(({ metadata, spec }) => {
    const replicas = spec.replicas ?? 3
    const status = { readyReplicas: replicas, updatedReplicas: replicas }
    return { kind: 'Deployment', metadata, spec: { ...spec, replicas }, status }
  })
  const pod = {
    kind: 'Pod',
    metadata: { name: 'rungs-web-6b7f-x2x4z' },
    spec: { nodeName: 'node-1' },
    status: { phase: 'Running', containerStatuses: [{ ready: true, restartCount: 2 }] },
  }
  return { items: [...deployments, ...ofKind('HorizontalPodAutoscaler'), pod] }
}

describe('rungs k8s deploy', () => {
  it('lays namespace, image, host and labels over the manifests, applies them, and waits for both', async () => {
    const { code, stdout } = await k8s([
      'deploy',
      '--image',
      IMAGE,
      '--host',
      'shop.example.org',
      '--context',
      'test',
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^rungs-web +3\/3 ready/m)
    expect(stdout).toMatch(/x2x4z {2}Running, ready, 2 restarts, on node-1/)
    expect(calls().every(({ args }) => args[0] === '--namespace=shop' && args[1] === '--context=test')).toBe(
      true,
    )
    const said = calls().map(({ args }) => args.slice(2, 4).join(' '))
    expect(said.slice(0, 2)).toEqual(['get namespace', 'get secret'])
    expect(said.filter((call) => /^(apply|rollout)/.test(call))).toEqual([
      'apply -k',
      'rollout status',
      'rollout status',
    ])
    const { overlay, folder } = calls().find((each) => each.overlay !== null)!
    expect(overlay).toMatchObject({
      namespace: 'shop',
      images: [{ name: 'rungs-app', newName: 'registry.example.com/rungs-app', newTag: '1' }],
      labels: [{ pairs: { 'app.kubernetes.io/managed-by': 'rungs' } }],
    })
    expect(resolve(folder, overlay.resources[0])).toBe(resolve(MANIFESTS))
    expect(existsSync(folder)).toBe(false)
  })

  it('--dry-run asks no cluster', async () => {
    const { code, stdout } = await k8s(
      ['deploy', '--image', IMAGE, '--dry-run'],
      [{ when: 'kustomize', stdout: 'kind: Deployment\n' }],
    )
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'kind: Deployment\n' })
    expect(calls()).toHaveLength(1)
  })

  it.each([
    [
      'no namespace',
      'get namespace',
      'Error from server (NotFound): namespaces "shop" not found',
      /create namespace shop/,
    ],
    [
      'no secret',
      'get secret',
      'Error from server (NotFound): secrets "rungs-app" not found',
      /create secret generic rungs-app .*JWT_SECRET/,
    ],
    [
      'no cluster',
      'get namespace',
      'Unable to connect to the server: dial tcp 192.0.2.1:443',
      /cannot reach the cluster: Unable/,
    ],
  ])('%s: says what to do, and applies nothing', async (_name, when, stderr, expected) => {
    const { code, stderr: said } = await k8s(['deploy', '--image', IMAGE], [{ when, stderr, code: 1 }])
    expect(code).toBe(2)
    expect(said.trimEnd().split('\n')).toEqual([expect.stringMatching(expected)])
    expect(words()).not.toContain('apply -k')
  })

  it('a rollout that does not come through says where to look and how to go back', async () => {
    const stuck = { when: 'rollout', stderr: 'error: timed out waiting for the condition', code: 1 }
    const { code, stderr } = await k8s(['deploy', '--image', IMAGE], [stuck])
    expect(code).toBe(2)
    expect(stderr).toMatch(/rungs-web is not rolled out: timed out.*describe pods.*rollout undo/)
  })

  it('every wrong flag is told at once', async () => {
    const { code, stderr } = await k8s(['deploy', '--image', 'Wrong', '--host', 'a_b', '--timeout', 'x'])
    expect(code).toBe(2)
    expect(stderr.trimEnd().split('\n')).toHaveLength(3)
    expect(calls()).toEqual([])
  })

  it('Ctrl-C while it waits ends it and kubectl, with 130', async () => {
    const child = sandbox.start(
      ['k8s', 'deploy', '--image', IMAGE, '--namespace', 'shop'],
      env([{ when: 'rollout', hangs: true }]),
    )
    await until(words, (said) => said.includes('rollout status'))
    child.kill('SIGINT')
    expect((await child.finished).code).toBe(130)
    await until(
      () => sandbox.leftovers(),
      (left) => left.length === 0,
    )
  })
})

describe('rungs k8s scale, status, destroy', () => {
  it('scale moves the lower bound of the autoscaler along, or it would scale back', async () => {
    expect((await k8s(['scale', '4'])).code).toBe(0)
    expect(calls().map(({ args }) => args.slice(1).join(' '))).toEqual(
      expect.arrayContaining([
        'patch hpa rungs-web --type=merge --patch={"spec":{"minReplicas":4}}',
        'scale deployment/rungs-web --replicas=4',
      ]),
    )
  })

  it('scale --component queue leaves the autoscaler alone', async () => {
    expect((await k8s(['scale', '4', '--component', 'queue'])).code).toBe(0)
    expect(words()).toContain('scale deployment/rungs-queue')
    expect(words()).not.toContain('patch hpa')
  })

  it('scale past what the autoscaler allows changes nothing', async () => {
    const { code, stderr } = await k8s(['scale', '11'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/at most 10; raise maxReplicas/)
    expect(words().filter((call) => /^(patch|scale)/.test(call))).toEqual([])
  })

  it('status of a namespace without anything of ours says so', async () => {
    const { code, stderr } = await k8s(['status'], [{ when: 'get deployments', stdout: '{"items":[]}' }])
    expect(code).toBe(2)
    expect(stderr).toMatch(/shop holds nothing that rungs deployed/)
  })

  it('destroy deletes by label only, and never namespace or secret', async () => {
    const { code, stdout } = await k8s(['destroy'], [{ when: 'delete', stdout: 'service/rungs-web\n' }])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'deleted service/rungs-web\n' })
    const deletions = calls().filter(({ args }) => args[1] === 'delete')
    expect(deletions).toHaveLength(1)
    expect(deletions[0]?.args).toContain(
      '--selector=app.kubernetes.io/managed-by=rungs,app.kubernetes.io/part-of=rungs-app',
    )
    expect(deletions[0]?.args[2]).not.toMatch(/secret|namespace/)
  })

  it('without kubectl, one line says where to get it', async () => {
    const { code, stderr } = await sandbox.run(['k8s', 'status', '--namespace', 'shop'], {
      PATH: join(sandbox.dir, 'nowhere'),
    })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^error: kubectl cannot be run.*kubernetes\.io.*\n$/)
  })
})
