import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import type { TLocalizedValidationError as SchemaError } from 'typebox/error'
import { Settings } from 'typebox/system'
import { didYouMean } from '../../words/closest.js'
import { hasTypeOf, inWords, patternInWords, type SchemaNode } from './schema-words.js'

// Loading typebox takes about 200 ms: import this module where something is validated, not where a program starts.

type Path = readonly (string | number)[]

const validators = new WeakMap<TSchema, Validator>()

/**
 * Everything that is wrong with a value, a plain line each; empty when the value fits the schema. Lines name the
 * place as its author would write it: `steps[2].method: must be one of GET, POST`. `where` is put before it, such
 * as `scenarios[0]`.
 */
export function problemsOf(schema: TSchema, value: unknown, where = ''): string[] {
  let validator = validators.get(schema)
  if (!validator) {
    validator = Compile(schema)
    validators.set(schema, validator)
  }
  if (validator.Check(value)) return []
  const problems = problemsAt(schema as SchemaNode, value, [])
  return [...new Set(problems.map(({ path, text }) => `${placeOf(path, where)}${text}`))]
}

interface Problem {
  readonly path: Path
  readonly text: string
}

function placeOf(path: Path, where: string): string {
  let place = where
  for (const part of path) {
    if (typeof part === 'number') place += `[${part}]`
    else if (/^[\w$-]+$/.test(part)) place += place === '' ? part : `.${part}`
    else place += `[${JSON.stringify(part)}]`
  }
  return place === '' ? '' : `${place}: `
}

/** typebox stops at eight errors unless told otherwise; someone who mends a file wants all of them. */
function allErrors(schema: SchemaNode, value: unknown): SchemaError[] {
  const { maxErrors } = Settings.Get()
  Settings.Set({ maxErrors: Number.MAX_SAFE_INTEGER })
  try {
    return Compile(schema as TSchema).Errors(value)
  } finally {
    Settings.Set({ maxErrors })
  }
}

function problemsAt(schema: SchemaNode, value: unknown, base: Path): Problem[] {
  return allErrors(schema, value).flatMap((error) => {
    // What each branch of a union says is answered by the union itself, which picks the branch that was meant.
    if (error.schemaPath.includes('/anyOf/')) return []
    const [path, inner] = follow(value, error.instancePath)
    const node = nodeAt(schema, error.schemaPath)
    const at = [...base, ...path]
    if (error.keyword === 'anyOf') return unionProblems(node.anyOf ?? [], inner, at)
    return textsOf(error, node).map(({ key, text }) => ({
      path: key === undefined ? at : [...at, key],
      text,
    }))
  })
}

function textsOf(error: SchemaError, node: SchemaNode): { key?: string; text: string }[] {
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties.map((key) => ({
        key,
        text: `is missing; it must be ${inWords(node.properties?.[key] ?? {})}`,
      }))
    case 'additionalProperties':
      return error.params.additionalProperties.map((key) => ({ text: unknownProperty(key, node) }))
    case 'boolean':
      // Extra properties are told by `additionalProperties`; entries beyond a fixed list only by this.
      return error.schemaPath.endsWith('/additionalItems') ? [{ text: 'is one entry too many' }] : []
    case 'pattern':
      return [{ text: patternInWords(String(error.params.pattern)) }]
    case 'minLength':
      return [
        {
          text: node.minLength === 1 ? 'must not be empty' : `must have ${node.minLength} characters or more`,
        },
      ]
    case 'maxLength':
      return [{ text: `must have ${node.maxLength} characters or fewer` }]
    case 'minItems':
      return [{ text: `must have ${entries(node.minItems ?? 1)} or more` }]
    default:
      return [{ text: `must be ${inWords(node)}` }]
  }
}

function entries(count: number): string {
  return count === 1 ? 'one entry' : `${count} entries`
}

function unknownProperty(key: string, node: SchemaNode): string {
  const [pattern] = Object.keys(node.patternProperties ?? {})
  if (pattern !== undefined) return `name '${key}' ${patternInWords(pattern)}`
  const known = Object.keys(node.properties ?? {})
  const hint = didYouMean(key, known)
  return `unknown property '${key}'${hint || `; known are ${known.join(', ')}`}`
}

/** Judges a value by the branch of a union that its author most likely meant, or says what all of them accept. */
function unionProblems(branches: readonly SchemaNode[], value: unknown, path: Path): Problem[] {
  const fitting = branches.filter((branch) => hasTypeOf(branch, value))
  const meant = fitting.length > 1 ? mostAlike(fitting, value) : fitting[0]
  if (!meant) return [{ path, text: `must be ${inWords({ anyOf: branches })}` }]
  return problemsAt(meant, value, path)
}

/** Of several object shapes, the one whose fixed values or property names the value shares; none when none stands out. */
function mostAlike(branches: readonly SchemaNode[], value: unknown): SchemaNode | undefined {
  if (typeof value !== 'object' || value === null) return branches[0]
  const given = value as Record<string, unknown>
  const tagged = branches.find((branch) =>
    Object.entries(branch.properties ?? {}).some(
      ([key, { const: tag }]) => tag !== undefined && given[key] === tag,
    ),
  )
  if (tagged) return tagged
  const ranked = branches
    .map((branch) => ({
      branch,
      shared: Object.keys(branch.properties ?? {}).filter((key) => key in given).length,
    }))
    .sort((a, b) => b.shared - a.shared)
  const [first, second] = ranked
  return first && first.shared > (second?.shared ?? 0) ? first.branch : undefined
}

/** Follows a JSON pointer into a value: its path in the author's notation (indices as numbers) and what is there. */
function follow(value: unknown, pointer: string): [Path, unknown] {
  const path: (string | number)[] = []
  let inner = value
  for (const part of partsOf(pointer)) {
    path.push(Array.isArray(inner) ? Number(part) : part)
    inner = (inner as Record<string, unknown> | undefined)?.[part]
  }
  return [path, inner]
}

function nodeAt(schema: SchemaNode, schemaPath: string): SchemaNode {
  let node: unknown = schema
  for (const part of partsOf(schemaPath)) node = (node as Record<string, unknown> | undefined)?.[part]
  return typeof node === 'object' && node !== null ? node : {}
}

function partsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
