import type { ProcessRow } from './process-table.js'

/** Programs that run containers and carry their traffic, as the kernel names them: cut to 15 characters. */
const DAEMONS = new Set([
  ...['dockerd', 'docker-proxy', 'containerd', 'containerd-shim', 'runc', 'crun', 'conmon', 'podman'],
  ...['rootlesskit', 'rootlessport', 'slirp4netns', 'pasta', 'passt'],
])

/** The daemons themselves; what runs in containers is someone's own work. */
export function daemonsOf(table: ReadonlyMap<number, ProcessRow>): ProcessRow[] {
  return [...table.values()].filter(({ name }) => name !== undefined && DAEMONS.has(name))
}
