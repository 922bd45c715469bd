import { isUtf8 } from 'node:buffer'

const LINE_FEED = 0x0a
/** Where a file of UTF-16 without a mark shows itself. */
const HEAD_BYTES = 1_024

/** Why bytes are no text in UTF-8, with the place and what to do; null where they are. */
export function utf8Problem(bytes: Buffer): string | null {
  const [first, second] = bytes
  const isMarked = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  if (isMarked || bytes.subarray(0, HEAD_BYTES).includes(0)) return 'is UTF-16; save it as UTF-8'
  if (isUtf8(bytes)) return null
  for (let start = 0, line = 1; ; line++) {
    const end = bytes.indexOf(LINE_FEED, start)
    const text = bytes.subarray(start, end < 0 ? bytes.length : end)
    if (!isUtf8(text)) return `line ${line}, ${placeIn(text)}`
    start = end + 1
  }
}

function placeIn(line: Buffer): string {
  const before = line.toString().split('\uFFFD', 1)[0] ?? ''
  const byte = line[Buffer.byteLength(before)]?.toString(16).toUpperCase().padStart(2, '0')
  return `column ${before.length + 1}: is not UTF-8 (byte 0x${byte}); save it as UTF-8, such as with iconv -f latin1 -t utf-8`
}
