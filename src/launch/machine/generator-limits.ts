import { readFileSync } from 'node:fs'

/** What this machine lets a load generator open; null where unknown. */
export interface GeneratorLimits {
  /** Files of one process, the hard limit: Node raises the soft one by itself. */
  readonly openFiles: number | null
  /** Local ports that connections to one address can have. */
  readonly localPorts: number | null
}

/** What is to be opened. */
export interface Openings {
  /** Kept open all the time, by the closed loop. */
  readonly connections: number
  /** That the open loop may come to have. */
  readonly maxConnections: number
  /** Load generator processes that share them. */
  readonly generators: number
  /** Services among which they are divided: each has all local ports. */
  readonly addresses?: number
}

/** Files that a generator has open beside its connections, with some room. */
const FILES_BESIDE = 32

export function readGeneratorLimits(): GeneratorLimits {
  return {
    openFiles: openFilesIn(read('/proc/self/limits')),
    localPorts: localPortsIn(read('/proc/sys/net/ipv4/ip_local_port_range')),
  }
}

/**
 * What cannot be opened for sure (`problems`: there is no point in beginning), and what may come to be too little
 * (`warnings`).
 */
export function tooMuchToOpen(
  { connections, maxConnections, generators, addresses = 1 }: Openings,
  { openFiles, localPorts }: GeneratorLimits,
): { problems: string[]; warnings: string[] } {
  const [problems, warnings]: [string[], string[]] = [[], []]
  const filesFor = (all: number) => Math.ceil(all / Math.max(1, Math.min(generators, all))) + FILES_BESIDE
  if (openFiles !== null && filesFor(connections) > openFiles) {
    problems.push(
      `${connections} connections need ${filesFor(connections)} open files in a load generator, and this shell allows ${openFiles} (ulimit -n); raise that limit, or take fewer --connections or more --generators`,
    )
  } else if (openFiles !== null && filesFor(maxConnections) > openFiles) {
    warnings.push(
      `up to ${maxConnections} connections may need ${filesFor(maxConnections)} open files in a load generator, and this shell allows ${openFiles} (ulimit -n): where the open loop comes to need them, it cannot be measured`,
    )
  }
  const most = Math.ceil(Math.max(connections, maxConnections) / addresses)
  if (localPorts !== null && most > localPorts) {
    warnings.push(
      `up to ${most} connections need as many local ports, and this machine has ${localPorts} (net.ipv4.ip_local_port_range): where they are needed, it cannot be measured`,
    )
  }
  return { problems, warnings }
}

/** The hard limit in `/proc/self/limits`; null for none. */
export function openFilesIn(limits: string): number | null {
  const hard = /^Max open files +\S+ +(\S+)/m.exec(limits)?.[1] ?? 'unlimited'
  return hard === 'unlimited' ? null : Number(hard)
}

/** How many ports a range such as `32768	60999` holds; null where it holds none that can be read. */
export function localPortsIn(range: string): number | null {
  const [first, last] = range.trim().split(/\s+/).map(Number)
  return first && last && last >= first ? last - first + 1 : null
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
