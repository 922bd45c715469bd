import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Variables of rungs' own environment that a level does not inherit:
 * - `RUNGS_*` are rungs' settings, and the marker of an outer run;
 * - `npm_*`, `INIT_CWD` and `MAKE*` come with `npm run` and make, and would let a figure depend on how rungs was called;
 * - `NODE_OPTIONS`, `NODE_V8_COVERAGE` and `UV_THREADPOOL_SIZE` change how fast Node is: a level that wants them
 *   declares them in its `env`, where they are seen;
 * - `NODE_CHANNEL_*` and `NODE_UNIQUE_ID` would make a service believe that it is a child of rungs' parent;
 * - `PM2_*` and `pm_*` lead to the user's own PM2.
 */
const WITHHELD =
  /^(RUNGS_.*|npm_.*|INIT_CWD|MAKE.*|MFLAGS|NODE_OPTIONS|NODE_V8_COVERAGE|UV_THREADPOOL_SIZE|NODE_CHANNEL_.*|NODE_UNIQUE_ID|PM2_.*|pm_.*)$/i

/** What rungs hands down of its own environment: all that a service may need (keys, certificates), without noise. */
export function inheritedEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !WITHHELD.test(entry[0]),
  )
  return Object.fromEntries(kept)
}

/** Names under which a service may look first, as the reference service does: `APP_PORT` before `PORT`. */
const TWIN = 'APP_'

/** `own` over `inherited`, of which nothing stays that a service would prefer to what is its own. */
export function ownEnvOver(
  inherited: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const twins = new Set(Object.keys(own).map((name) => `${TWIN}${name}`))
  const kept = Object.entries(inherited).filter(([name]) => !twins.has(name))
  return { ...Object.fromEntries(kept), ...own }
}

/**
 * The PATH of a level's commands: programs of the npm packages beside it and beside rungs, nearest first, then the
 * Node that rungs runs on, then the user's own PATH.
 */
export function levelPath(
  baseDir: string,
  path: string,
  exists: (folder: string) => boolean = existsSync,
): string {
  const own = dirname(fileURLToPath(import.meta.url))
  const folders = [...binFolders(baseDir), ...binFolders(own)].filter(exists)
  return [...new Set([...folders, dirname(process.execPath), ...path.split(delimiter)])]
    .filter((folder) => folder !== '')
    .join(delimiter)
}

/** `node_modules/.bin` of a folder and of every folder above it, nearest first. */
function binFolders(folder: string): string[] {
  const bin = join(folder, 'node_modules', '.bin')
  const parent = dirname(folder)
  return parent === folder ? [bin] : [bin, ...binFolders(parent)]
}
