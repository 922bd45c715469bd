import { isUtf8 } from 'node:buffer'
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

/** An answer's body, as it came, with the value of its `Content-Encoding`; the empty string where it has none. */
export interface AnswerBody {
  readonly bytes: Buffer
  readonly encoding: string
}

export const NO_BODY: AnswerBody = { bytes: Buffer.alloc(0), encoding: '' }

/** What unpacks to more is given up: no check is about so much, and a few bytes can hold it. */
const MOST_BYTES = 256 * 1_024 * 1_024

const OPTIONS = { maxOutputLength: MOST_BYTES }

const UNPACKERS: ReadonlyMap<string, (bytes: Buffer) => Buffer> = new Map([
  ['gzip', (bytes) => gunzipSync(bytes, OPTIONS)],
  ['x-gzip', (bytes) => gunzipSync(bytes, OPTIONS)],
  ['deflate', inflated],
  ['br', (bytes) => brotliDecompressSync(bytes, OPTIONS)],
])

/** The text of a body, unpacked; or why there is none, in the same words for the same kind of mistake. */
export function readText({ bytes, encoding }: AnswerBody): { text: string } | { problem: string } {
  let unpacked = bytes
  for (const coding of codingsOf(encoding).reverse()) {
    const unpack = UNPACKERS.get(coding)
    if (!unpack) {
      // `Content-Encoding: utf-8` is a common mistake for a charset.
      if (isUtf8(unpacked)) continue
      return { problem: `body compressed by ${coding}, which rungs cannot unpack` }
    }
    try {
      // Some services name an encoding of a body that is empty.
      if (unpacked.length > 0) unpacked = unpack(unpacked)
    } catch {
      // Cut off, too big, or not what its header says.
      return { problem: `body that cannot be unpacked as ${coding}, which its content-encoding names` }
    }
  }
  return { text: unpacked.toString() }
}

function codingsOf(encoding: string): string[] {
  if (encoding === '') return []
  const codings = encoding.toLowerCase().split(',')
  return codings.map((one) => one.trim()).filter((one) => one !== '' && one !== 'identity')
}

/** `deflate` is zlib's form by RFC 9110, and without its head by many servers. */
function inflated(bytes: Buffer): Buffer {
  const isZlib = bytes.length >= 2 && (bytes.readUInt8() & 0x0f) === 8 && bytes.readUInt16BE() % 31 === 0
  return isZlib ? inflateSync(bytes, OPTIONS) : inflateRawSync(bytes, OPTIONS)
}
