import { isInteger, isSafeNumber, LosslessNumber, parse } from 'lossless-json'

/** A variable's value, of the type that its source gave it: a JSON body sends it as what it was. */
export type Value = string | number | boolean | bigint | LosslessNumber

/** Numbers that a double may not hold. Digits inside of texts are found too, and do no harm. */
const LONG_NUMBER = /-?\d[\d.]{15,}(?:[eE][+-]?\d+)?/g

/**
 * Reads JSON and keeps the digits of whole numbers beyond 2^53, as bigints.
 * @param decimals what becomes of decimals with more digits than a double holds
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseJson(text: string, decimals: 'exact' | 'rounded' = 'rounded'): unknown {
  // Nearly every text has no such number, and JSON.parse is many times as fast.
  if ((text.match(LONG_NUMBER) ?? []).every(isExact)) return JSON.parse(text)
  const parseNumber = (number: string) => {
    if (isExact(number)) return Number(number)
    if (isInteger(number)) return BigInt(number)
    return decimals === 'exact' ? new LosslessNumber(number) : Number(number)
  }
  try {
    return parse(text, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue })
  } catch {
    // It is no JSON: said by the parser whose words are known.
    return JSON.parse(text)
  }
}

function isExact(number: string): boolean {
  return isInteger(number) ? Number.isSafeInteger(Number(number)) : isSafeNumber(number)
}

/** The value inside of a JSON text. */
export function jsonOf(value: Value): string {
  return typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : String(value)
}

/** Whether it may stand for a variable. */
export function isValue(value: unknown): value is Value {
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value) || value instanceof LosslessNumber
}
