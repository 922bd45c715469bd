import { relative } from 'node:path'

/** A path relative to a folder, where it lies in it; empty for the folder itself. @param folder the working one unless given */
export function shortPath(path: string, folder = ''): string {
  const short = relative(folder, path)
  return short.startsWith('..') ? path : short
}
