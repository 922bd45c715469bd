// A server whose capacity is known: node server.mjs <kind> <rate> [stall every s]. It prints its port.
//   bucket: a token bucket, one request each 1/rate s; what comes earlier waits its turn.
//   mm1:    one queue with exponential service times of 1/rate s on average.
// Answers are sent when they are due by timers, so that no CPU is needed to be slow.
import { createServer } from 'node:http'

const [, , kind, rateText, everyText] = process.argv
const rate = Number(rateText)
const stallEveryMs = Number(everyText ?? 0) * 1000
const STALL_MS = 700

let freeAt = 0
const serviceMs = () => (kind === 'mm1' ? (-Math.log(1 - Math.random()) * 1000) / rate : 1000 / rate)

/** When this moment's requests are taken up: later while the server stalls. */
function takenUpAt(now) {
  if (stallEveryMs === 0) return now
  const phase = now % stallEveryMs
  return phase < STALL_MS ? now - phase + STALL_MS : now
}

const server = createServer((request, response) => {
  request.resume()
  const now = performance.now()
  const start = Math.max(takenUpAt(now), freeAt)
  freeAt = start + serviceMs()
  const dueMs = (kind === 'mm1' ? freeAt : start) - now
  const answer = () => {
    response.setHeader('content-type', 'application/json')
    response.end('{"ok":true}')
  }
  if (dueMs <= 0) answer()
  else setTimeout(answer, dueMs)
})
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`))
