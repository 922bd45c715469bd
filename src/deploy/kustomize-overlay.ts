import { imageParts } from './image-name.js'

/** Of what `rungs k8s` applied, and of nothing else: everything it lists or deletes has it. */
export const MANAGED = { 'app.kubernetes.io/managed-by': 'rungs', 'app.kubernetes.io/part-of': 'rungs-app' }

/** The image of the manifests that the overlay replaces. */
const IMAGE = 'rungs-app'

export interface Overlay {
  readonly namespace: string
  /** The folder of the manifests, relative to that of the overlay. */
  readonly base: string
  readonly image: string
  /** Under which the service is reached from outside; null leaves out the Ingress. */
  readonly host: string | null
}

/** What is laid over the manifests, as a kustomization. */
export function overlay({ namespace, base, image, host }: Overlay): object {
  return {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    namespace,
    resources: [base],
    images: [{ name: IMAGE, ...imageParts(image) }],
    labels: [{ pairs: MANAGED, includeTemplates: true }],
    patches: [host === null ? withoutIngress : withHost(host)],
  }
}

const withoutIngress = {
  patch: JSON.stringify({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'rungs-web' },
    $patch: 'delete',
  }),
}

function withHost(host: string): object {
  return {
    target: { kind: 'Ingress', name: 'rungs-web' },
    patch: JSON.stringify([
      { op: 'replace', path: '/spec/rules/0/host', value: host },
      { op: 'replace', path: '/spec/tls/0/hosts/0', value: host },
    ]),
  }
}
