import { type Static, Type } from 'typebox'
import { BackendName, ServiceName } from '../plan/level.js'
import { ProfileName } from '../plan/profile.js'
import { Count, NullableNumber, NullableString } from '../schema/fields.js'
import { Outcome } from './outcome.js'
import { recordHead } from './record.js'

/** One measurement: a level, a scenario, a repeat. */
export const Cell = Type.Object(
  {
    /** Refers to `Run.levels` by its `key`. */
    level: Type.String(),
    scenario: Type.String(),
    /** From 1. */
    repeat: Type.Integer({ minimum: 1 }),
    startedAt: Type.String(),
    finishedAt: Type.String(),
    outcome: Outcome,
  },
  { additionalProperties: false },
)
export type Cell = Static<typeof Cell>

/** A level as it was booted in this run. */
export const RunLevel = Type.Object(
  {
    /**
     * The level's number as text, with `xN` behind it where it was run with several numbers of workers; `target` for a
     * service that rungs did not boot.
     */
    key: Type.String(),
    number: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
    name: Type.String(),
    title: Type.String(),
    /** Where it is declared: `built-in`, or the file. */
    source: Type.String(),
    workers: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    /** Its work is done by processes that rungs did not start, such as containers, on cores of their choice. */
    elsewhere: Type.Optional(Type.Boolean()),
    /** How it was run, where there are several ways. */
    backend: Type.Optional(BackendName),
    /** How long its last boot took, in seconds: prepared, started, ready. */
    bootSeconds: NullableNumber,
    services: Type.Array(
      Type.Object(
        { name: ServiceName, source: Type.String(), version: Type.String() },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)
export type RunLevel = Static<typeof RunLevel>

/** How the load was applied: the same for every cell, but for what `connections` says per scenario. */
export const RunSettings = Type.Object(
  {
    durationSeconds: Type.Number({ exclusiveMinimum: 0 }),
    warmupSeconds: Type.Number({ minimum: 0 }),
    /** Null: each scenario's own, 32 where it has none. */
    connections: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    timeoutSeconds: Type.Number({ exclusiveMinimum: 0 }),
    repeats: Type.Integer({ minimum: 1 }),
    /** Null: only capacity was measured. */
    latency: Type.Union([
      Type.Object(
        {
          profile: ProfileName,
          arrival: Type.Enum(['uniform', 'poisson']),
          rate: NullableNumber,
          share: NullableNumber,
          /** Of which capacity: the lowest of all levels, or each cell's own, as where it is absent. */
          shareOf: Type.Optional(Type.Enum(['lowest', 'own'])),
          maxConnections: Type.Integer({ minimum: 1 }),
        },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    generators: Type.Integer({ minimum: 1 }),
    /** Cores of the generator and of the service, or null where they were not kept apart. */
    affinity: Type.Union([
      Type.Object(
        { generator: Type.Array(Count), service: Type.Array(Count) },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    /** CPU time per time that each worker could use, in cores; null or absent where nothing but the cores limited it. */
    workerCpus: Type.Optional(Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()])),
    seed: Count,
  },
  { additionalProperties: false },
)
export type RunSettings = Static<typeof RunSettings>

export const RunScenario = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    source: Type.String(),
    connections: Type.Integer({ minimum: 1 }),
    timeoutSeconds: Type.Number({ exclusiveMinimum: 0 }),
    /** Arrivals per second at which its latency is measured at every level; absent where `settings.latency` says. */
    rate: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  },
  { additionalProperties: false },
)
export type RunScenario = Static<typeof RunScenario>

/** The result file, `run.json`. Durations in µs unless the name says seconds, memory in bytes, rates per second. */
export const Run = Type.Object(
  {
    ...recordHead('run', 1),
    git: Type.Union([
      Type.Object(
        { commit: Type.String(), branch: NullableString, dirty: Type.Boolean() },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    settings: RunSettings,
    levels: Type.Array(RunLevel),
    scenarios: Type.Array(RunScenario),
    /** In the order in which they are measured. */
    plan: Type.Array(
      Type.Object(
        { level: Type.String(), scenario: Type.String(), repeat: Type.Integer({ minimum: 1 }) },
        { additionalProperties: false },
      ),
    ),
    /** In the order in which they ended; shorter than `plan` while running and after an interruption. */
    cells: Type.Array(Cell),
  },
  { $id: 'https://rungs.dev/schemas/run-1.json', title: 'rungs run', additionalProperties: false },
)
export type Run = Static<typeof Run>
