// A service for tuning: each answer takes 20 ms, and one worker gives one at a time.
import { createServer } from 'node:http'

const WORKERS = Number(process.env.WORKERS)
const ANSWER_MS = 20
const freeAt = Array.from({ length: WORKERS }, () => 0)

createServer((request, response) => {
  request.resume()
  const now = performance.now()
  const worker = freeAt.indexOf(Math.min(...freeAt))
  freeAt[worker] = Math.max(now, freeAt[worker]) + ANSWER_MS
  setTimeout(() => response.end('ok'), freeAt[worker] - now)
}).listen(Number(process.env.PORT), process.env.HOST)
process.on('SIGTERM', () => process.exit(0))
