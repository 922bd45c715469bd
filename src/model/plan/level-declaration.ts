import { type TSchema, Type } from 'typebox'
import { Level } from './level.js'

/** What a level that extends another says of a part: as much of it as differs, or `null` to leave it out. */
type Difference<Part> = Part extends readonly (infer Entry)[]
  ? Difference<Entry>[]
  : Part extends object
    ? { [Key in keyof Part]?: Difference<Part[Key]> | null }
    : Part

/** A level that starts from another one, named by its number or its name. */
export type ExtendingLevel = Difference<Omit<Level, 'number' | 'name'>> &
  Pick<Level, 'number' | 'name'> & { extends: number | string }

/** A level as somebody writes it. The catalogue resolves it to a `Level`. */
export type LevelDeclaration = Level | ExtendingLevel

/** The schema of a level as somebody writes it: for editors; rungs checks what comes out. */
export const LevelDeclaration = Type.Union([Level, extending()])

function extending(): TSchema {
  const { number, name, ...parts } = Level.properties
  const base = Type.Union([Type.Integer({ minimum: 0, maximum: 99 }), Type.String({ minLength: 1 })])
  return Type.Object({ extends: base, number, name, ...differences(parts) }, { additionalProperties: false })
}

function differences(parts: Readonly<Record<string, TSchema>>): Record<string, TSchema> {
  return Object.fromEntries(
    Object.entries(parts).map(([key, part]) => [
      key,
      Type.Optional(Type.Union([difference(part), Type.Null()])),
    ]),
  )
}

function difference(part: TSchema): TSchema {
  if (Type.IsArray(part)) return Type.Array(difference(part.items))
  if (Type.IsObject(part)) return Type.Object(differences(part.properties), { additionalProperties: false })
  if (Type.IsRecord(part)) return Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))
  return part
}
