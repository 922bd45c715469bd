import type { TSchema } from 'typebox'

/**
 * What keeps a value from being used that was read from a file of rungs, a line each; empty where it fits the schema.
 * @param version the newest of the schema's versions that this rungs reads
 * @param what it should be, such as `gate`; put before what does not fit
 */
export async function resultProblems(
  schema: TSchema,
  version: number,
  value: unknown,
  what: string | null = null,
): Promise<string[]> {
  const own =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : null
  if (typeof own === 'number' && own > version) {
    return [
      `was written by a newer rungs (schema version ${own}, this one reads up to ${version}); update rungs to read it`,
    ]
  }
  // Loaded here: see validate.ts.
  const { problemsOf } = await import('./validate.js')
  return problemsOf(schema, value).map((problem) =>
    what === null ? problem : `is not a rungs ${what}: ${problem}`,
  )
}
