import { type Static, Type } from 'typebox'
import { recordHead } from '../run/record.js'
import { Count, NullableNumber, NullableString } from '../schema/fields.js'
import { ArmRequests, GateBlock } from './gate-block.js'
import { GateIdentity } from './gate-identity.js'

/** What the two arms are compared by. Of each, more is worse, throughput excepted. */
export const GateMetric = Type.Enum(['throughput', 'cpu', 'p50', 'p95', 'p99'])
export type GateMetric = Static<typeof GateMetric>

export const GateVerdict = Type.Enum(['regress', 'pass', 'inconclusive'])
export type GateVerdict = Static<typeof GateVerdict>

/** One of the two versions of the service. */
export const GateArm = Type.Object(
  {
    /** As it was asked for: `main`, `../other`, `http://127.0.0.1:8080`. */
    name: Type.String(),
    obtained: Type.Union([
      Type.Object(
        { kind: Type.Literal('ref'), commit: Type.String(), builtBy: Type.Array(Type.String()) },
        { additionalProperties: false },
      ),
      Type.Object(
        {
          kind: Type.Literal('folder'),
          path: Type.String(),
          commit: NullableString,
          dirty: Type.Union([Type.Boolean(), Type.Null()]),
        },
        { additionalProperties: false },
      ),
      Type.Object({ kind: Type.Literal('url'), url: Type.String() }, { additionalProperties: false }),
    ]),
    /** Digest of all that its processes can read; equal digests are the same. Null where there is none to take. */
    digest: NullableString,
  },
  { additionalProperties: false },
)
export type GateArm = Static<typeof GateArm>

/** How each block is measured; times in seconds. */
export const GateLoad = Type.Object(
  {
    /** Of each arm. */
    connections: Type.Integer({ minimum: 1, maximum: 10_000 }),
    /** At least: warm-up goes on until both arms are steady, within a limit. 0: none. */
    warmupSeconds: Type.Integer({ minimum: 0, maximum: 600 }),
    /** Of one second each. */
    slices: Type.Integer({ minimum: 1, maximum: 600 }),
    /** 0 where no latency metric is asked for. */
    latencySeconds: Type.Integer({ minimum: 0, maximum: 600 }),
    /** Both arms' rate while latency is measured, as a share of the base's throughput beside the head. */
    latencyShare: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    /** That may be open at once to each arm while latency is measured. */
    maxConnections: Type.Integer({ minimum: 1, maximum: 10_000 }),
  },
  { additionalProperties: false },
)
export type GateLoad = Static<typeof GateLoad>

/** By what rules was decided: fixed before the first block. */
export const GateSettings = Type.Object(
  {
    level: Type.String(),
    scenarios: Type.Array(Type.String(), { minItems: 1 }),
    metrics: Type.Array(GateMetric, { minItems: 1 }),
    /** A slowdown of this share and more is a regression: 0.05 is 5 %. */
    threshold: Type.Number({ exclusiveMinimum: 0, maximum: 10 }),
    /** Slowdowns up to this share are noise, whatever the certainty. Below `threshold`. */
    noiseFloor: Type.Number({ minimum: 0, maximum: 10 }),
    /** Chance of a false REGRESS, over all looks, scenarios and metrics together. */
    alpha: Type.Number({ exclusiveMinimum: 0, maximum: 0.5 }),
    /** Chance of a false PASS of each scenario and metric, over all looks. */
    beta: Type.Number({ exclusiveMinimum: 0, maximum: 0.5 }),
    /** Numbers of blocks at which a verdict may be given, ascending. */
    looks: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }),
    /** Numbers of blocks at which only a plain regression may be found; gates of before have none. */
    earlyLooks: Type.Optional(Type.Array(Type.Integer({ minimum: 2 }))),
    budgetSeconds: Type.Number({ exclusiveMinimum: 0 }),
    /** The 99th percentile is tested with this many requests per arm and block, not with fewer. */
    p99Requests: Type.Integer({ minimum: 1 }),
    /** More dropped measurements than this share of all, and there is no verdict. */
    maxDroppedShare: Type.Number({ minimum: 0, maximum: 1 }),
    seed: Count,
    load: GateLoad,
  },
  { additionalProperties: false },
)
export type GateSettings = Static<typeof GateSettings>

/** What became of one scenario and metric. Slowdowns are log ratios, ln(head ÷ base), positive for slower. */
export const GateRow = Type.Object(
  {
    scenario: Type.String(),
    metric: GateMetric,
    /** `not-testable` takes no part in the overall verdict. */
    verdict: Type.Enum(['regress', 'pass', 'inconclusive', 'not-testable']),
    /** Why there is no clear verdict; null where there is one. */
    reason: NullableString,
    /** Of each block that counts, in order. */
    differences: Type.Array(Type.Number()),
    /** Measurements that do not count for a pass. */
    dropped: Count,
    /** Of those, the disturbed ones that have a figure, in order: they count for a regression. */
    doubtful: Type.Optional(Type.Array(Type.Number())),
    /** The look whose blocks the figures below are of; null before the first, when `estimate` is of all blocks so far. */
    n: Type.Union([Count, Type.Null()]),
    /** Hodges–Lehmann. */
    estimate: NullableNumber,
    /**
     * One-sided bounds at confidence 1 − `regressLevel` (of an early look, 1 − its level) and 1 − `passLevel`; null where
     * n is too small for one, and the upper one where disturbed blocks are among the n.
     */
    lower: NullableNumber,
    upper: NullableNumber,
    /** One-sided p-values: of "at most the noise floor", and of "at least the threshold". */
    pRegress: NullableNumber,
    pPass: NullableNumber,
    /**
     * The smallest slowdown that this plan would have found 4 times in 5, estimated from the blocks' spread; null behind
     * an early look.
     */
    mde80: NullableNumber,
  },
  { additionalProperties: false },
)
export type GateRow = Static<typeof GateRow>

/** Errors of one scenario, over all blocks, those that were dropped included. */
export const GateErrors = Type.Object(
  {
    scenario: Type.String(),
    base: ArmRequests,
    head: ArmRequests,
    /** Fisher's exact test, one-sided: more of head's requests fail than of base's. */
    pValue: Type.Number({ minimum: 0, maximum: 1 }),
    /** `excess` forbids a PASS; `regress` is one, since more than one block shows it. */
    verdict: Type.Enum(['none', 'excess', 'regress']),
    reason: NullableString,
  },
  { additionalProperties: false },
)
export type GateErrors = Static<typeof GateErrors>

/** The decision as it stands. */
export const GateDecision = Type.Object(
  {
    verdict: GateVerdict,
    /** One sentence. */
    reason: Type.String(),
    /** Why no further block was measured. */
    ended: Type.Enum(['decided', 'identical', 'budget', 'unreachable', 'interrupted']),
    /** Levels of each look, of each test. */
    regressLevel: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    passLevel: Type.Number({ exclusiveMinimum: 0, maximum: 1 }),
    rows: Type.Array(GateRow),
    errors: Type.Array(GateErrors),
  },
  { additionalProperties: false },
)
export type GateDecision = Static<typeof GateDecision>

/** The gate's result file, `gate.json`: all that is needed to come to the verdict again. */
export const GateResult = Type.Object(
  {
    ...recordHead('gate', 1),
    base: GateArm,
    head: GateArm,
    /** Absent of services by URL, and in files of earlier versions. */
    identity: Type.Optional(GateIdentity),
    settings: GateSettings,
    blocks: Type.Array(GateBlock),
    /** Scenarios that the base cannot answer, and what it does instead: new ones, which have nothing to be compared with. */
    uncompared: Type.Optional(
      Type.Array(
        Type.Object({ scenario: Type.String(), reason: Type.String() }, { additionalProperties: false }),
      ),
    ),
    /** Null until there is one. */
    decision: Type.Union([GateDecision, Type.Null()]),
  },
  { $id: 'https://rungs.dev/schemas/gate-1.json', title: 'rungs gate', additionalProperties: false },
)
export type GateResult = Static<typeof GateResult>
