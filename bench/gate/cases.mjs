// What the campaign measures: head is a copy of the same code, with or without an injection.

/**
 * By name: `injection` is what `injection.mjs` does to head's service (null: nothing, an A/A), `background` a load beside
 * both, `gate` settings other than the gate's own. `share` of CPU per request becomes loop iterations by calibration.
 */
export const CASES = {
  aa: { title: 'A/A', injection: null },
  'aa-busy': { title: 'A/A, one busy process beside', injection: null, background: 'busy' },
  'aa-burst': { title: 'A/A, bursts of one beside', injection: null, background: 'burst' },
  cpu3: { title: '+3 % CPU per request', injection: { kind: 'cpu', share: 0.03 } },
  cpu5: { title: '+5 % CPU per request', injection: { kind: 'cpu', share: 0.05 } },
  cpu10: { title: '+10 % CPU per request', injection: { kind: 'cpu', share: 0.1 } },
  cpu20: { title: '+20 % CPU per request', injection: { kind: 'cpu', share: 0.2 } },
  'cpu25-busy': {
    title: '+25 % CPU per request, one busy process beside',
    injection: { kind: 'cpu', share: 0.25 },
    background: 'busy',
  },
  cpu6x: { title: '6 × the CPU per request', injection: { kind: 'cpu', share: 5 } },
  'cpu6x-busy': {
    title: '6 × the CPU per request, one busy process beside',
    injection: { kind: 'cpu', share: 5 },
    background: 'busy',
  },
  'cpu5-busy': {
    title: '+5 % CPU per request, one busy process beside',
    injection: { kind: 'cpu', share: 0.05 },
    background: 'busy',
  },
  wait: { title: '+2 ms without CPU', injection: { kind: 'wait', ms: 2, every: 1 } },
  // A little above 1 %: at 1 % the 99th percentile may lie on either side of the edge.
  tail: { title: '1.1 % of requests +100 ms', injection: { kind: 'wait', ms: 100, every: 90 } },
  'tail-p99': {
    title: '1.1 % of requests +100 ms, p99 compared too',
    injection: { kind: 'wait', ms: 100, every: 90 },
    gate: { metrics: 'throughput,cpu,p50,p99', latencyTime: '4' },
  },
  memory: {
    title: 'holds 160 MB of live objects',
    injection: { kind: 'memory', objects: 1_000_000 },
  },
  gc: { title: 'about 2 KB more garbage per request', injection: { kind: 'garbage', objects: 16 } },
}

/** @throws Error that names the cases there are. */
export function caseOf(name) {
  const found = CASES[name]
  if (found === undefined) {
    throw new Error(`--case ${name}: is none of ${Object.keys(CASES).join(', ')}`)
  }
  return found
}
