// Copied into head's build as its server's first import: wraps whatever handles the requests of its http servers. What it
// does is told by injection.json beside it; nothing in the product knows of it.
import { appendFileSync, readFileSync } from 'node:fs'
import http from 'node:http'
import { syncBuiltinESMExports } from 'node:module'

const { injection, toggle } = JSON.parse(readFileSync(new URL('./injection.json', import.meta.url), 'utf8'))

/** Read by nobody; keeps the work from being optimised away. */
export const sink = { number: 1, held: [], kept: null }

const WORK = {
  /** A fixed number of iterations, not of microseconds: it costs the same CPU when the core is shared. */
  cpu: ({ iterations }) => {
    let x = sink.number
    for (let i = 0; i < iterations; i++) x = (Math.imul(x, 31) + i) | 0
    sink.number = x | 1
  },
  garbage: ({ objects }) => {
    sink.kept = Array.from({ length: objects }, (_, i) => ({ i, text: [i, i + 1, i + 2], next: null }))
  },
}

let requests = 0
let active = true

/** Calls `next` after the injection's work or wait. */
function inject(next) {
  requests++
  if (!active) return next()
  if (injection.kind === 'wait') {
    if (requests % injection.every === 0) setTimeout(next, injection.ms)
    else next()
    return
  }
  WORK[injection.kind]?.(injection)
  next()
}

if (injection.kind === 'memory') {
  sink.held = Array.from({ length: injection.objects }, (_, i) => ({ i, values: [i, i + 1], next: null }))
}
// Compiled before the first request, as far as that goes.
for (let i = 0; i < 2_000; i++) WORK[injection.kind]?.(injection)

const { createServer } = http
http.createServer = (options, listener) =>
  createServer(options, (request, response) => inject(() => listener(request, response)))
syncBuiltinESMExports()

if (toggle) alternate(toggle)

/** Windows with and without the injection in one process, on off off on: their ratio is its true cost. */
function alternate({ windowMs, file }) {
  let window = 0
  let before = process.cpuUsage()
  setInterval(() => {
    const { user, system } = process.cpuUsage(before)
    appendFileSync(
      file,
      `${JSON.stringify({ pid: process.pid, window, active, requests, cpuUs: user + system })}\n`,
    )
    window++
    active = [true, false, false, true][window % 4]
    requests = 0
    before = process.cpuUsage()
  }, windowMs).unref()
}
