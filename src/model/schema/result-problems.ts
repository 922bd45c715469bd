import type { TLiteral, TSchema } from 'typebox'

/** The schema of a file with a version, the newest that this rungs reads. */
export type Versioned = TSchema & { readonly properties: { readonly schemaVersion: TLiteral<number> } }

/** Why a value from a file is too new to be read, or null. */
export function newerProblem({ properties: { schemaVersion } }: Versioned, value: unknown): string | null {
  const own =
    typeof value === 'object' && value !== null && 'schemaVersion' in value ? value.schemaVersion : null
  if (typeof own !== 'number' || own <= schemaVersion.const) return null
  return `was written by a newer rungs (schema version ${own}, this one reads up to ${schemaVersion.const}); update rungs to read it`
}

/** Everything that keeps a value from a file of rungs from being used, a line each; empty where it fits the schema. */
export async function resultProblems(schema: Versioned, value: unknown): Promise<string[]> {
  const newer = newerProblem(schema, value)
  if (newer !== null) return [newer]
  // Loaded here: see validate.ts.
  const { problemsOf } = await import('./validate.js')
  return problemsOf(schema, value)
}
