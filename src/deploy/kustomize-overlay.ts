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

/** Whether a text is a name of an image: `registry.example.com:5000/team/app:1.2.3`, with a tag, a digest or both. */
export function isImage(text: string): boolean {
  const part = '[a-z0-9]+(?:[._-]+[a-z0-9]+)*'
  const registry = '(?:[A-Za-z0-9.-]+(?::\\d+)?/)?'
  const pattern = `^${registry}${part}(?:/${part})*(?::[\\w][\\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`
  return new RegExp(pattern).test(text)
}

/** A digest says more than a tag; without either it is `latest`, as everywhere. */
export function imageParts(
  image: string,
): { newName: string; newTag: string } | { newName: string; digest: string } {
  const [reference = '', digest] = image.split('@')
  const colon = reference.lastIndexOf(':')
  // A colon before a slash is that of the registry's port.
  const tagged = colon > reference.lastIndexOf('/')
  const newName = tagged ? reference.slice(0, colon) : reference
  if (digest !== undefined) return { newName, digest }
  return { newName, newTag: tagged ? reference.slice(colon + 1) : 'latest' }
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
