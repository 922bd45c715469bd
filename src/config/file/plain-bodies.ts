import { parseTemplate } from '../../model/plan/template.js'

type Data = Record<string, unknown>

/**
 * A declared scenario with bodies that are plain data: `URLSearchParams` as the text of a form with its content type, what has
 * a JSON form of its own (`Date`) in that form. All else stays, for the checks to tell.
 */
export function withPlainBodies(scenario: unknown): unknown {
  if (!isObject(scenario)) return scenario
  const { steps, variants } = scenario
  return {
    ...scenario,
    ...(Array.isArray(steps) ? { steps: steps.map(plainStep) } : {}),
    ...(Array.isArray(variants) ? { variants: variants.map(plainSteps) } : {}),
  }
}

function plainSteps(variant: unknown): unknown {
  if (!isObject(variant) || !Array.isArray(variant.steps)) return variant
  return { ...variant, steps: variant.steps.map(plainStep) }
}

function plainStep(step: unknown): unknown {
  if (!isObject(step) || step.body === undefined) return step
  const { body } = step
  if (body instanceof URLSearchParams) {
    return { ...step, headers: withFormType(step.headers), body: formText(body) }
  }
  if (!ArrayBuffer.isView(body)) return { ...step, body: plainData(body) }
  return { ...step, body: Buffer.from(body.buffer, body.byteOffset, body.byteLength) }
}

function withFormType(headers: unknown): unknown {
  const own = isObject(headers) ? headers : {}
  if (Object.keys(own).some((name) => name.toLowerCase() === 'content-type')) return headers
  return { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8', ...own }
}

/** Templates stay, and encode the values that take their place. */
function formText(form: URLSearchParams): string {
  return [...form].map(([name, value]) => `${formPart(name)}=${formPart(value)}`).join('&')
}

function formPart(text: string): string {
  return parseTemplate(text)
    .map((part) => (typeof part === 'string' ? encodeURIComponent(part) : `{{${part.name} | url}}`))
    .join('')
}

/** What JSON.stringify would ask for its JSON form is asked now: bodies go to other processes. */
function plainData(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  if ('toJSON' in value && typeof value.toJSON === 'function') return plainData(value.toJSON())
  if (Array.isArray(value)) return value.map(plainData)
  const entries = Object.entries(value)
  return entries.length === 0 ? value : Object.fromEntries(entries.map(([key, one]) => [key, plainData(one)]))
}

/** What is in a body that can be sent neither as bytes nor as JSON; `path` leads to it. */
export function bodyMistakes(body: unknown, path: string): string[] {
  if (ArrayBuffer.isView(body)) return []
  return dataMistakes(body, path)
}

function dataMistakes(value: unknown, path: string): string[] {
  if (ArrayBuffer.isView(value)) return [unsendable(value, path)]
  if (Array.isArray(value)) return value.flatMap((item, index) => dataMistakes(item, `${path}[${index}]`))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (entries.length === 0 && prototype !== Object.prototype && prototype !== null)
      return [unsendable(value, path)]
    return entries.flatMap(([key, one]) => dataMistakes(one, `${path}.${key}`))
  }
  if (typeof value === 'function' || typeof value === 'symbol') return [unsendable(value, path)]
  if (typeof value === 'number' && !Number.isFinite(value))
    return [`${path}: JSON has no ${value}; use a number, null or a text`]
  return roundedNumber(value, path)
}

/** A whole number that others become too: in a JSON file, whose digits are kept, it would be a bigint. */
export function roundedNumber(value: unknown, path: string): string[] {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return []
  if (Math.abs(value) >= 1e21) return []
  return [
    `${path}: a number of JavaScript does not hold every digit of ${value}; write it as a bigint, such as ${BigInt(value)}n`,
  ]
}

function unsendable(value: unknown, path: string): string {
  const kind = typeof value === 'object' ? (value?.constructor?.name ?? 'object') : typeof value
  return `${path}: a ${kind} cannot be sent; use a text, JSON data, URLSearchParams or a Buffer`
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
