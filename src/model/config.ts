import { type Static, Type } from 'typebox'
import { LevelDeclaration } from './plan/level-declaration.js'
import { ProfileName } from './plan/profile.js'
import { Scenario } from './plan/scenario.js'
import { GateLoad, GateMetric, GateSettings } from './studies/gate.js'

/** Defaults for flags, as a configuration file may give them. Names are the flags' in camelCase. */
export const ConfigDefaults = Type.Object(
  {
    level: Type.Optional(Type.Union([Type.String(), Type.Integer({ minimum: 0 })])),
    scenario: Type.Optional(Type.String()),
    durationSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 86_400 })),
    warmupSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 3_600 })),
    connections: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    timeoutSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 600 })),
    repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    workers: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_024 })),
    /** Cores that each worker may use, such as 0.1. */
    workerCpus: Type.Optional(
      Type.Union([Type.Enum(['auto', 'off']), Type.Number({ minimum: 0.01, maximum: 1_024 })]),
    ),
    generators: Type.Optional(Type.Integer({ minimum: 1, maximum: 64 })),
    affinity: Type.Optional(Type.String()),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
    out: Type.Optional(Type.String({ minLength: 1 })),
    database: Type.Optional(Type.Enum(['fresh', 'given'])),
    backend: Type.Optional(Type.Enum(['auto', 'native', 'compose'])),
    latency: Type.Optional(Type.Enum(['on', 'off'])),
    profile: Type.Optional(ProfileName),
    rate: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 })),
    /** Of the measured capacity: 0.6 is 60 %. */
    share: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    /** Of each level's own capacity instead of the lowest. */
    sharePerLevel: Type.Optional(Type.Enum(['on', 'off'])),
    /** As for `--stages`: `10s:100,5s:100-500`. */
    stages: Type.Optional(Type.String({ minLength: 1 })),
    arrival: Type.Optional(Type.Enum(['uniform', 'poisson'])),
    maxConnections: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    slo: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  },
  { additionalProperties: false },
)
export type ConfigDefaults = Static<typeof ConfigDefaults>

/** Defaults for the flags of `rungs gate`, and how the versions that it compares are built. */
export const GateDefaults = Type.Object(
  {
    base: Type.Optional(Type.String({ minLength: 1 })),
    level: Type.Optional(ConfigDefaults.properties.level),
    scenario: Type.Optional(Type.String({ minLength: 1 })),
    budgetSeconds: Type.Optional(GateSettings.properties.budgetSeconds),
    /** A slowdown of this share and more is a regression: 0.05 is 5 %. */
    threshold: Type.Optional(GateSettings.properties.threshold),
    alpha: Type.Optional(GateSettings.properties.alpha),
    metrics: Type.Optional(Type.Array(GateMetric, { minItems: 1 })),
    measureIdentical: Type.Optional(Type.Boolean()),
    onInconclusive: Type.Optional(Type.Enum(['fail', 'warn', 'pass'])),
    warmupSeconds: Type.Optional(GateLoad.properties.warmupSeconds),
    slices: Type.Optional(GateLoad.properties.slices),
    latencySeconds: Type.Optional(GateLoad.properties.latencySeconds),
    /** Commands of a shell, in the project's folder; else its package manager's exact install, and its `build` script. */
    build: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    /** Files and folders that decide alone whether base and head are the same, and need no measuring; not set: all that can be read. */
    artefacts: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
    /** Files and folders that git ignores and the service needs, such as `.env`: copied from the project's folder into checkouts. */
    carry: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
    /** Patterns of files that do not count when base and head are compared; not set: documents, settings of editors and CI. */
    ignore: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  },
  { additionalProperties: false },
)
export type GateDefaults = Static<typeof GateDefaults>

const Rate = Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000 })
const WorkerCount = Type.Integer({ minimum: 1, maximum: 1_000 })

/** Defaults for the flags that only `rungs ladder` has. */
export const LadderDefaults = Type.Object(
  {
    workers: Type.Optional(
      Type.Array(Type.Union([Type.Integer({ minimum: 0, maximum: 1_024 }), Type.Literal('auto')]), {
        minItems: 1,
      }),
    ),
  },
  { additionalProperties: false },
)
export type LadderDefaults = Static<typeof LadderDefaults>

/** Defaults for the flags that only `rungs capacity` has. Rates in requests per second. */
export const CapacityDefaults = Type.Object(
  {
    start: Type.Optional(Rate),
    lowest: Type.Optional(Rate),
    highest: Type.Optional(Rate),
    /** A share of the rate: 0.03 is 3 %. */
    resolution: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1 })),
    probes: Type.Optional(Type.Integer({ minimum: 3, maximum: 100 })),
  },
  { additionalProperties: false },
)
export type CapacityDefaults = Static<typeof CapacityDefaults>

/** Defaults for the flags that only `rungs tune` has. */
export const TuneDefaults = Type.Object(
  {
    workers: Type.Optional(Type.Array(WorkerCount, { minItems: 1 })),
    pools: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 10_000 }), { minItems: 1 })),
    poolEnv: Type.Optional(Type.String({ minLength: 1 })),
    poolBudget: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    budgetSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 86_400 })),
    finalists: Type.Optional(Type.Integer({ minimum: 2, maximum: 10 })),
    pairs: Type.Optional(Type.Integer({ minimum: 6, maximum: 50 })),
  },
  { additionalProperties: false },
)
export type TuneDefaults = Static<typeof TuneDefaults>

/** Defaults for the flags that only `rungs calibrate` has. */
export const CalibrateDefaults = Type.Object(
  {
    fixture: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })),
    rates: Type.Optional(Type.Array(Type.Integer({ minimum: 1, maximum: 100_000 }), { minItems: 1 })),
    durationSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 600 })),
    repeats: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
    /** How long other tools load each fixture; 0: not at all. */
    peersSeconds: Type.Optional(Type.Number({ minimum: 0, maximum: 600 })),
    /** A trial of the path in seconds. */
    quick: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type CalibrateDefaults = Static<typeof CalibrateDefaults>

/** Defaults for the flags that only `rungs advise` has. */
export const AdviseDefaults = Type.Object(
  {
    /** A rate and objectives: `2000/s p99<200ms`. */
    target: Type.Optional(Type.String({ minLength: 1 })),
    need: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    scenario: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
)
export type AdviseDefaults = Static<typeof AdviseDefaults>

/** Defaults for the flags that only `rungs scaling` has. */
export const ScalingDefaults = Type.Object(
  {
    level: Type.Optional(ConfigDefaults.properties.level),
    scenario: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
)
export type ScalingDefaults = Static<typeof ScalingDefaults>

/** `rungs.config.{ts,js,json}`. */
export const RungsConfig = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    levels: Type.Optional(Type.Array(LevelDeclaration)),
    scenarios: Type.Optional(Type.Array(Scenario)),
    defaults: Type.Optional(ConfigDefaults),
    gate: Type.Optional(GateDefaults),
    ladder: Type.Optional(LadderDefaults),
    capacity: Type.Optional(CapacityDefaults),
    tune: Type.Optional(TuneDefaults),
    calibrate: Type.Optional(CalibrateDefaults),
    advise: Type.Optional(AdviseDefaults),
    scaling: Type.Optional(ScalingDefaults),
  },
  {
    $id: 'https://rungs.dev/schemas/config-1.json',
    title: 'rungs configuration',
    additionalProperties: false,
  },
)
export type RungsConfig = Omit<Static<typeof RungsConfig>, 'levels' | 'scenarios'> & {
  levels?: LevelDeclaration[]
  scenarios?: (Static<typeof Scenario> & { setup?: import('./plan/scenario.js').Setup })[]
}
