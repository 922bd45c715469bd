// Something else at work on the machine: one busy process throughout, or in bursts.
import { spawn } from 'node:child_process'

const PROGRAMS = {
  busy: `
    const spin = (ms) => { for (const end = performance.now() + ms; performance.now() < end; ); }
    while (process.ppid === parent) spin(20)`,
  // Bursts of 0.2 to 2 s, pauses of 0.5 to 4 s; Mulberry32 with a fixed seed, so that each start has the same bursts.
  // Both end when the process that started them is gone.
  burst: `
    let s = 7
    const random = () => {
      s = (s + 0x6d2b79f5) >>> 0
      let t = Math.imul(s ^ (s >>> 15), s | 1)
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296
    }
    const burst = () => {
      if (process.ppid !== parent) process.exit()
      for (const end = performance.now() + 200 + 1800 * random(); performance.now() < end; );
      setTimeout(burst, 500 + 3500 * random())
    }
    burst()`,
}

/** Starts it, on whatever core the kernel gives it; the result ends it. */
export function startBackground(kind) {
  if (kind === undefined) return () => {}
  const child = spawn(process.execPath, ['-e', `const parent = process.ppid;${PROGRAMS[kind]}`], {
    stdio: 'ignore',
  })
  const end = () => child.kill('SIGKILL')
  process.once('exit', end)
  return () => {
    process.off('exit', end)
    end()
  }
}
