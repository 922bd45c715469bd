import { rename, rm, writeFile } from 'node:fs/promises'

/**
 * Writes a file in one step: its reader sees the old content or the new. Returns its path.
 * @param flush whether a crash of the machine must not lose it
 */
export async function replaceFile(path: string, content: string | Buffer, flush = false): Promise<string> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await writeFile(temporary, content, { flush })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  return path
}
