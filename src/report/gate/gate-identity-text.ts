import type { GateIdentity } from '../../model/studies/gate-identity.js'
import * as format from '../../words/format.js'

/** `3 files or folders differ (server.mjs, .env (head only), …)`. */
export function differingText({ differing: { count, sample } }: GateIdentity): string {
  const names = count > sample.length ? [...sample, '…'] : sample
  return `${format.integer(count)} ${count === 1 ? 'file or folder differs' : 'files or folders differ'} (${names.join(', ')})`
}
