import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MANIFESTS, type Manifest, manifests, ofKind } from '../../helpers/manifests.js'

/** Throws what the schema that Kubernetes publishes for this kind has against it. */
async function validate(manifest: Manifest): Promise<void> {
  const { apiVersion, kind } = manifest
  const specifier = `kubernetes-models/${apiVersion}/${kind}`
  const module = await import(specifier)
  new module[kind](manifest).validate()
}

/** What the compiler has against manifests as values of Kubernetes' own types: the schemas let unknown fields pass. */
function typeErrors(all: readonly Manifest[]): string {
  const dir = mkdtempSync(join(tmpdir(), 'rungs-manifests-'))
  try {
    symlinkSync(resolve('node_modules'), join(dir, 'node_modules'))
    const lines = all.map((manifest, i) => {
      const type = `import('kubernetes-models/${manifest.apiVersion}/${manifest.kind}').I${manifest.kind}`
      return `export const manifest${i}: ${type} = ${JSON.stringify(manifest)}\n`
    })
    writeFileSync(join(dir, 'manifests.mts'), lines.join(''))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext']
    const args = ['--types', '', '--ignoreConfig', ...options, 'manifests.mts']
    return spawnSync(resolve('node_modules/.bin/tsc'), args, { cwd: dir, encoding: 'utf8' }).stdout
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const settings = Object.fromEntries(
  readFileSync(join(MANIFESTS, 'app.env'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('=', 2) as [string, string]),
)

const workloads = [...ofKind('Deployment'), ...ofKind('Job')]

describe('the Kubernetes manifests', () => {
  it.each(manifests().map(({ file, manifest }) => [`${file} ${manifest.kind}`, manifest] as const))(
    '%s fits the published schema',
    async (_name, manifest) => {
      await validate(manifest)
    },
  )

  it('have no field that Kubernetes does not know', { timeout: 30_000 }, () => {
    expect(typeErrors(manifests().map(({ manifest }) => manifest))).toBe('')
  })

  it('hold what the level promises', () => {
    expect([...new Set(manifests().map(({ manifest }) => manifest.kind))].sort()).toEqual([
      'Deployment',
      'HorizontalPodAutoscaler',
      'Ingress',
      'Job',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Service',
    ])
  })

  it.each(workloads.map((workload) => [workload.metadata.name, workload] as const))(
    '%s runs confined: not root, nothing writable but /tmp, no token of the cluster, within limits',
    (_name, { spec }) => {
      const pod = spec.template.spec
      expect(pod.automountServiceAccountToken).toBe(false)
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      })
      for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        })
        expect(Object.keys(container.resources.limits)).toEqual(['cpu', 'memory'])
        expect(container.volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }])
      }
    },
  )

  it('select their own pods, everywhere', () => {
    const labelsOf = (name: string) =>
      workloads.find(({ metadata }) => metadata.name === name)?.spec.template.metadata.labels
    for (const { metadata, spec } of ofKind('Deployment')) {
      expect(labelsOf(metadata.name)).toMatchObject(spec.selector.matchLabels)
    }
    for (const { metadata, spec } of [...ofKind('PodDisruptionBudget'), ...ofKind('Service')]) {
      expect(labelsOf(metadata.name)).toMatchObject(spec.selector.matchLabels ?? spec.selector)
    }
    expect(ofKind('HorizontalPodAutoscaler')[0]?.spec.scaleTargetRef.name).toBe('rungs-web')
  })

  it('give a pod time to finish before it is killed', () => {
    for (const { spec } of ofKind('Deployment')) {
      const pod = spec.template.spec
      const preStop = pod.containers[0].lifecycle?.preStop.sleep.seconds ?? 0
      expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(preStop + Number(settings.GRACEFUL_TIMEOUT))
    }
  })

  it('start programs that the image holds', () => {
    // The whole build: the Job runs rungs itself.
    expect(readFileSync('levels/4-fronted/Dockerfile', 'utf8')).toMatch(/COPY .*\/build\/dist \.\/dist$/m)
    for (const { spec } of workloads) {
      const { containers, initContainers = [] } = spec.template.spec
      for (const { command } of [...containers, ...initContainers]) {
        expect(existsSync(command[1].replace(/^dist\/(.*)\.js$/, '$1.ts')), command[1]).toBe(true)
      }
    }
  })

  it('share the connections of the database by the most pods that there may be', () => {
    expect(ofKind('HorizontalPodAutoscaler')[0]?.spec.maxReplicas).toBe(Number(settings.NODES))
  })

  it('hold no secret, and show metrics to nobody outside', () => {
    const files = readdirSync(MANIFESTS, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.(yaml|env)$/.test(file),
    )
    const text = files
      .map((file) => readFileSync(join(MANIFESTS, file), 'utf8'))
      .join('\n')
      .replace(/#.*/g, '')
    expect(text).not.toMatch(/kind: Secret|(SECRET|PASSWORD|TOKEN|_URL)[=:]|:\/\/[^/\s]*@/)
    const paths = ofKind('Ingress')[0]?.spec.rules[0].http.paths.map(
      ({ path, pathType }: { path: string; pathType: string }) => `${pathType} ${path}`,
    )
    expect(paths).toEqual(['Prefix /api', 'Exact /ws', 'Exact /health'])
  })
})

it('a wrong manifest is refused', { timeout: 30_000 }, async () => {
  const [web] = ofKind('Deployment')
  const unknown = { ...web, spec: { ...web?.spec, replica: 3 } } as Manifest
  expect(typeErrors([unknown])).toMatch(/error.*"replica"' does not exist/)
  await expect(validate({ ...web, spec: { ...web?.spec, replicas: 'three' } } as Manifest)).rejects.toThrow(
    /replicas must be integer/,
  )
  await expect(validate({ ...web, spec: { replicas: 3 } } as Manifest)).rejects.toThrow(/required property/)
})
