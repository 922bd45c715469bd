/** The part of JSON Schema that typebox emits for our contracts. */
export interface SchemaNode {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly SchemaNode[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly items?: SchemaNode | readonly SchemaNode[]
  readonly minItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
}

/** What the patterns of our schemas ask for, in words. */
const PATTERNS: Readonly<Record<string, string>> = {
  '^/': 'must start with /',
  '^[a-z0-9][a-z0-9-]*$': 'must be lower-case letters, digits and hyphens',
  '^\\S(.*\\S)?$': 'must be one line of text without spaces around it',
  '^[A-Za-z_][A-Za-z0-9_]*$': 'must be letters, digits and underscores, and not start with a digit',
}

/** What a pattern asks for, in words where we have them. */
export function patternInWords(pattern: string): string {
  return PATTERNS[pattern] ?? `must match ${pattern}`
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  bigint: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
}

/** `a, b or c` */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

/** What a schema accepts, as the end of a sentence that starts with "must be". */
export function inWords(schema: SchemaNode): string {
  if (schema.const !== undefined) return literal(schema.const)
  if (schema.enum) return `one of ${schema.enum.map(literal).join(', ')}`
  if (schema.anyOf) return either([...new Set(schema.anyOf.map(inWords))])
  if (schema.type === 'object' && schema.required?.length) return `{ ${schema.required.join(', ')} }`
  if (schema.type === 'array' && Array.isArray(schema.items))
    return `a list of ${schema.items.length} entries`
  const type = TYPES[schema.type ?? ''] ?? 'something else'
  return `${type}${rangeInWords(schema)}`
}

function rangeInWords(schema: SchemaNode): string {
  const { minimum, exclusiveMinimum, maximum } = schema
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`
  if (minimum !== undefined) return ` of ${minimum} or more`
  if (exclusiveMinimum !== undefined && maximum !== undefined) {
    return ` above ${exclusiveMinimum} and up to ${maximum}`
  }
  if (exclusiveMinimum !== undefined) return ` above ${exclusiveMinimum}`
  return maximum === undefined ? '' : ` of ${maximum} or less`
}

/** Text as it is, everything else as JSON: for lists of options. */
export function literal(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Whether a value is of the JSON type that a schema asks for, its other demands aside. */
export function hasTypeOf(schema: SchemaNode, value: unknown): boolean {
  if (schema.const !== undefined) return schema.const === value
  if (schema.enum) return schema.enum.includes(value)
  if (schema.anyOf) return schema.anyOf.some((branch) => hasTypeOf(branch, value))
  switch (schema.type) {
    case undefined:
      return true
    case 'integer':
    case 'number':
      return typeof value === 'number'
    case 'array':
      return Array.isArray(value)
    case 'null':
      return value === null
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
    default:
      return typeof value === schema.type
  }
}
