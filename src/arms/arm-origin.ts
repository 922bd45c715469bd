import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UserError } from '../words/errors.js'
import { findCommit, refProblem } from './find-commit.js'
import { git, ownerProblem } from './git.js'

/** Where the code of one side of a gate comes from. */
export type ArmOrigin =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'folder'; readonly dir: string; readonly commit: string | null; readonly dirty: boolean }
  | {
      readonly kind: 'ref'
      readonly ref: string
      readonly commit: string
      readonly repository: string
      /** The project's folder within the repository, as a path; empty where it is the repository's own. */
      readonly within: string
    }

/**
 * What `--base` or `--head` names: a URL, else a folder that exists, else a commit of the repository that `cwd` is in, and in it the
 * project in the same folder.
 * @throws UserError when it is none of them: what, and what it may be.
 */
export async function findOrigin(option: string, text: string, cwd: string): Promise<ArmOrigin> {
  if (/^https?:\/\//i.test(text)) return { kind: 'url', url: urlOf(option, text) }
  const dir = resolve(cwd, text)
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return await folderOrigin(dir)
  const repository = await git(cwd, 'rev-parse', '--show-toplevel')
  if (repository === null) {
    const refused = await ownerProblem(cwd)
    throw new UserError(
      `${option} ${text}: is no folder, and ${refused ?? `${cwd} is no git checkout where it could be a ref: name a folder or a URL`}`,
    )
  }
  const found = await findCommit(repository, text)
  if (found === null) throw new UserError(`${option} ${text}: ${await refProblem(repository, text)}`)
  const within = (await git(cwd, 'rev-parse', '--show-prefix')) ?? ''
  return { kind: 'ref', ...found, repository, within }
}

async function folderOrigin(dir: string): Promise<ArmOrigin> {
  const commit = await git(dir, 'rev-parse', 'HEAD')
  const changes = commit === null ? '' : await git(dir, 'status', '--porcelain')
  return { kind: 'folder', dir, commit, dirty: changes !== '' }
}

function urlOf(option: string, text: string): string {
  if (!URL.canParse(text)) throw new UserError(`${option} ${text}: is no URL`)
  const { origin, pathname, search, hash } = new URL(text)
  if (pathname !== '/' || search || hash) {
    throw new UserError(`${option} ${text}: give the service's address alone, without a path: ${origin}`)
  }
  return origin
}

/** What a reader calls it: the ref with its commit, the folder, the URL. */
export function originText(origin: ArmOrigin): string {
  if (origin.kind === 'url') return origin.url
  if (origin.kind === 'folder') {
    const at =
      origin.commit === null ? '' : ` (${origin.commit.slice(0, 9)}${origin.dirty ? ', changed' : ''})`
    return `${origin.dir}${at}`
  }
  return origin.commit.startsWith(origin.ref)
    ? origin.commit.slice(0, 9)
    : `${origin.ref} (${origin.commit.slice(0, 9)})`
}
