import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '../../words/errors.js'

/** An account of the system. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

const UNPRIVILEGED = ['postgres', 'nobody']

/**
 * The account that a private Postgres runs as: ourselves (null), or, since Postgres refuses to run as root, an
 * unprivileged account that exists already. None is ever added to the system.
 * @throws UserError when rungs is root and there is none.
 */
export async function serverAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null
  for (const name of UNPRIVILEGED) {
    const account = await findAccount(name)
    if (account) return account
  }
  throw new UserError(
    `Postgres refuses to run as root, and this system has no account ${UNPRIVILEGED.map((name) => `"${name}"`).join(' or ')} for it: run rungs as an ordinary user, or set DATABASE_URL`,
  )
}

/** Asks `id`, which knows every directory of accounts that the system uses. */
async function findAccount(name: string): Promise<Account | null> {
  const run = promisify(execFile)
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    // `id` fails for an account that does not exist.
    return null
  }
}

/** Whether the account may enter `path` and every folder above it (null: ourselves, who came this far). */
export function canEnter(path: string, account: Account | null): boolean {
  if (!account) return true
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (folder === dirname(folder)) return true
  }
}
