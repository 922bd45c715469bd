import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'

export const MANIFESTS = 'levels/4-fronted/kubernetes'

/** An object of a manifest, as far as tests look into it. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
  // biome-ignore lint/suspicious/noExplicitAny: its form is what the tests check.
  readonly spec: any
}

/** Every object in the manifests of level 4, the load generator's among them; not what is kustomize's own. */
export function manifests(): { file: string; manifest: Manifest }[] {
  const files = readdirSync(MANIFESTS, { recursive: true, encoding: 'utf8' })
  return files
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'))
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(MANIFESTS, file), 'utf8')).map((document) => ({
        file,
        manifest: document.toJS() as Manifest,
      })),
    )
}

export function ofKind(kind: string): Manifest[] {
  return manifests()
    .map(({ manifest }) => manifest)
    .filter((manifest) => manifest.kind === kind)
}
