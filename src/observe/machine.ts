import os from 'node:os'
import type { Machine } from '../model/run/machine.js'

/** What the operating system says of this machine; the limits of its container come in from the caller. */
export function describeMachine(limits: {
  readonly usableCores: number
  readonly memoryLimitBytes: number | null
}): Machine {
  const cpus = os.cpus()
  return {
    hostname: os.hostname(),
    os: `${os.type()} ${os.arch()}`,
    kernel: os.release(),
    cpuModel: cpus[0]?.model.trim() || 'unknown',
    cores: Math.max(1, cpus.length),
    usableCores: limits.usableCores,
    memoryBytes: os.totalmem(),
    memoryLimitBytes: limits.memoryLimitBytes,
    node: process.version,
  }
}
