import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach } from 'vitest'

/** Root folders with files that stand for the kernel's; each is removed after the test that made it. To be called once a file. */
export function systemRoots(): (files: Readonly<Record<string, string>>) => string {
  const folders: string[] = []
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })
  return (files) => {
    const root = mkdtempSync(join(tmpdir(), 'rungs-test-'))
    folders.push(root)
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true })
      writeFileSync(join(root, name), text)
    }
    return root
  }
}
