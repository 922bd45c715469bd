/*
 * What tools make from files that are compared themselves, and may make differently each time: it would have every gate
 * measure, and no process takes code from it that lies nowhere else. Whatever is not known here counts.
 */

/** Notes of package managers about what they installed, with dates and absolute paths: only they read them. */
const BOOKKEEPING = new RegExp(
  [
    String.raw`(?:^|/)node_modules/\.(?:package-lock\.json|modules\.yaml|pnpm-workspace-state(?:-v\d+)?\.json|yarn-integrity|yarn-state\.yml)$`,
    String.raw`(?:^|/)\.yarn/(?:install-state\.gz|build-state\.yml)$`,
    // Digests of installed files, of scripts with the environment's path in their first line among them.
    String.raw`/site-packages/[^/]+\.dist-info/RECORD$`,
  ].join('|'),
)

export function isBookkeeping(path: string): boolean {
  return BOOKKEEPING.test(path)
}

/**
 * Caches of build tools in node_modules/.cache. Only what cannot be loaded as code by its name: programs that were
 * downloaded to there (engines, browsers) and modules count.
 */
export function isToolCache(path: string): boolean {
  const name = /(?:^|\/)node_modules\/\.cache\/(?:.*\/)?([^/]+)$/.exec(path)?.[1]
  if (name === undefined) return false
  return /\.(?:json|gz|map|pack|tsbuildinfo|eslintcache)$|^\.(?:eslintcache|stylelintcache|prettier\w*)$|^[0-9a-f]{16,}$/.test(
    name,
  )
}

/**
 * The Python source that a file of compiled code belongs to; null for another file. CPython reads `__pycache__/x.TAG.pyc`
 * only beside an `x.py`, whose size and time, or digest, it bears; else it compiles the source anew.
 */
export function pythonSourceOf(path: string): string | null {
  const match = /^(.*\/)?__pycache__\/([^./]+)\.(?:cpython|pypy)[^/]*\.pyc$/.exec(path)
  return match ? `${match[1] ?? ''}${match[2]}.py` : null
}

/** Whether CPython compares a .pyc with its source before it uses it (PEP 552): all but those made as `unchecked-hash`. */
export function isCheckedPyc(head: Buffer): boolean {
  return head.length >= 8 && head.readUInt32LE(4) !== 0b01
}
