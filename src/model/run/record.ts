import { type Static, type TLiteral, Type } from 'typebox'
import { NullableString } from '../schema/fields.js'
import { Machine } from './machine.js'

const Head = Type.Object(
  {
    tool: Type.Object(
      { name: Type.Literal('rungs'), version: Type.String() },
      { additionalProperties: false },
    ),
    /** Also the name of the record's folder. */
    id: Type.String(),
    startedAt: Type.String(),
    /** Null while running. */
    finishedAt: NullableString,
    state: Type.Enum(['running', 'completed', 'interrupted', 'failed']),
    machine: Machine,
    warnings: Type.Array(Type.String()),
    /**
     * What flags and environment variables asked for, by the flag's name in camel case: a study that is resumed is asked for
     * the same. Files of before 2026-12-01 lack it.
     */
    asked: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { additionalProperties: false },
)
export type RecordHead = Static<typeof Head>

/** The fields that every result file begins with. A reader refuses a higher version of its kind. */
export function recordHead<K extends string, V extends number>(kind: K, version: V) {
  return { schemaVersion: Type.Literal(version), kind: Type.Literal(kind), ...Head.properties }
}

type Identity<K extends string, V extends number> = {
  readonly properties: { readonly kind: TLiteral<K>; readonly schemaVersion: TLiteral<V> }
}

/** The head of a record whose study begins now. */
export function beginRecord<K extends string, V extends number>(
  { properties: { kind, schemaVersion } }: Identity<K, V>,
  {
    tool,
    id,
    startedAt,
    machine,
    warnings,
    asked,
  }: Pick<RecordHead, 'tool' | 'id' | 'startedAt' | 'machine' | 'warnings' | 'asked'>,
) {
  return {
    schemaVersion: schemaVersion.const as V,
    kind: kind.const as K,
    tool,
    id,
    startedAt,
    finishedAt: null,
    state: 'running' as const,
    machine,
    warnings: [...warnings],
    ...(asked ? { asked } : {}),
  }
}

/** The older one first; of two that started at once, the one whose name comes first. */
export function byStart(
  a: Pick<RecordHead, 'startedAt' | 'id'>,
  b: Pick<RecordHead, 'startedAt' | 'id'>,
): number {
  return compare(a.startedAt, b.startedAt) || compare(a.id, b.id)
}

function compare(first: string, second: string): number {
  return first < second ? -1 : first > second ? 1 : 0
}
