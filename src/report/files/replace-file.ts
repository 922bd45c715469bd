import { rename, rm, writeFile } from 'node:fs/promises'

/** Writes a file in one step: whoever reads it sees the old content or the new. Returns its path. */
export async function replaceFile(path: string, content: string | Buffer): Promise<string> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, content)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return path
}
