import type { Sample } from '../../model/run/sample.js'
import { grouped, percent } from '../../words/in-sentences.js'
import type { Problem } from './validity-words.js'

/** What a generator that met its own limit may do about it, by the code of the error. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  EMFILE:
    'it may open no more files: raise its limit (ulimit -n 65536; a container: --ulimit nofile=65536), or use fewer connections or more generators',
  ENFILE: 'the machine may open no more files (fs.file-max): raise that, or use fewer connections',
  EADDRNOTAVAIL:
    'no local port was left: widen net.ipv4.ip_local_port_range, or use fewer connections that are kept open',
  EADDRINUSE:
    'no local port was left: widen net.ipv4.ip_local_port_range, or use fewer connections that are kept open',
  ENOBUFS: 'the machine had no more room for connections: use fewer of them',
  ENOMEM: 'the machine had no more memory for connections: use fewer of them',
}

/** Requests that the generator could not send for want of files, ports or memory: no matter of the service. */
export function generatorLimits(sample: Pick<Sample, 'generator'>): Problem[] {
  const limits = sample.generator.limits ?? []
  if (limitedCount(sample) === 0) return []
  const texts = limits.map(({ what, count }) => {
    const way = WAYS_OUT[what]
    return `${grouped(count)} × ${what}${way === undefined ? '' : `: ${way}`}`
  })
  const evidence = `the load generator met a limit of its own, which is no error of the service: ${texts.join('; ')}`
  return [{ state: 'generator-bound', evidence }]
}

/** How many they were: they are among no other count. */
export function limitedCount({ generator }: Pick<Sample, 'generator'>): number {
  return (generator.limits ?? []).reduce((sum, { count }) => sum + count, 0)
}

/** Steps that failed from some second on to the end: the sample holds two states of the service. */
export function errorsBegan({ steps, errors }: Pick<Sample, 'steps' | 'errors'>): Problem[] {
  return steps.flatMap(({ name, onset }): Problem[] => {
    if (!onset) return []
    const { atSeconds, errors: failed, of, isEvery } = onset
    const kind =
      errors.find(({ steps: own = [] }) => own.some((step) => step.name === name))?.what ?? 'an error'
    const whose = isEvery ? `every "${name}"` : `${percent(failed / of)} of "${name}"`
    const evidence = `from ${atSeconds} s on ${whose} met ${kind} (${grouped(failed)} in all), and before that it went well: the figures are of two states of the service`
    return [{ state: 'unsteady', evidence }]
  })
}
