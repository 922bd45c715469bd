import { type Static, Type } from 'typebox'
import { BackendName, ServiceName } from './level.js'
import { ProfileName, ProfileReading } from './profile.js'
import { Sample } from './sample.js'
import { SloResult } from './slo.js'
import { Timeline } from './timeline.js'

/** Version of the result file. A reader refuses a higher one. */
export const SCHEMA_VERSION = 1

const Count = Type.Integer({ minimum: 0 })
const NullableNumber = Type.Union([Type.Number(), Type.Null()])
const NullableString = Type.Union([Type.String(), Type.Null()])

/** The machine that measured. Figures of unlike machines are not comparable. */
export const Machine = Type.Object(
  {
    hostname: Type.String(),
    os: Type.String(),
    kernel: Type.String(),
    cpuModel: Type.String(),
    /** Cores the kernel shows. */
    cores: Type.Integer({ minimum: 1 }),
    /** Cores that rungs may use: affinity and the container's quota considered; may be a fraction. */
    usableCores: Type.Number({ exclusiveMinimum: 0 }),
    memoryBytes: Count,
    /** The container's memory limit, where there is one. */
    memoryLimitBytes: Type.Union([Count, Type.Null()]),
    node: Type.String(),
  },
  { additionalProperties: false },
)
export type Machine = Static<typeof Machine>

/** CPU and memory of one role of a level (`web`, `queue`, `proxy`) or of a service, over the measured phase. */
export const ProcessUsage = Type.Object(
  {
    name: Type.String(),
    role: Type.Enum(['web', 'queue', 'proxy', 'service']),
    /** Processes seen at the end of the phase. */
    processes: Count,
    /** CPU time in µs that its processes used, children that ended included as far as they were seen. */
    cpuUs: Type.Number({ minimum: 0 }),
    /** Highest sum of resident set sizes that was sampled. */
    rssPeakBytes: Count,
  },
  { additionalProperties: false },
)
export type ProcessUsage = Static<typeof ProcessUsage>

/** Requests that one worker served during the measured phase, by its own count. */
export const WorkerShare = Type.Object(
  { workerId: Type.String(), requests: Count },
  { additionalProperties: false },
)
export type WorkerShare = Static<typeof WorkerShare>

/** What a level's queue did during a phase, by its own count. Depth is everything accepted that is not at its end. */
export const QueueTruth = Type.Object(
  {
    /** Between the first look and the last; the counts are of that time. */
    seconds: Type.Number({ minimum: 0 }),
    enqueued: Count,
    done: Count,
    failed: Count,
    depthAtStart: Count,
    depthAtEnd: Count,
    depthMin: Count,
    depthMax: Count,
    /**
     * From enqueued (or from the end of its delay) to done, of the tasks that were done: how many took at most `leUs` µs
     * and more than the bound before. Sorted; empty buckets are left out.
     */
    completion: Type.Array(
      Type.Object(
        { leUs: Type.Number({ exclusiveMinimum: 0 }), count: Count },
        { additionalProperties: false },
      ),
    ),
    /** Why nothing is known, where nothing is; then all else is empty. */
    unknown: NullableString,
  },
  { additionalProperties: false },
)
export type QueueTruth = Static<typeof QueueTruth>

/** What was seen on the server's side while the client measured. */
export const ServerTruth = Type.Object(
  {
    usage: Type.Array(ProcessUsage),
    /** Null where the level has no `workerPath`. */
    workers: Type.Union([
      Type.Object(
        {
          expected: Type.Integer({ minimum: 1 }),
          /** Served by each worker that was seen both before and after. */
          shares: Type.Array(WorkerShare),
          /** Workers seen only before or only after: they ended or came during the phase. */
          changed: Count,
          /** Why the counts could not be read, where they could not; then `shares` is empty. */
          unknown: NullableString,
        },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    /** Absent where the level has no `queuePath`. */
    queue: Type.Optional(QueueTruth),
    /** Share of the machine's CPU time that the hypervisor gave to others, 0 to 1. Null where unknown. */
    stealShare: NullableNumber,
    /** Share of the machine's CPU time that was used by anything, 0 to 1. Null where unknown. */
    busyShare: NullableNumber,
    /**
     * Share of the machine's CPU time that processes took which are neither the level's or its services' nor rungs' own,
     * interrupts left out: what was used, less what is known. Null where unknown: not all of the service's processes are
     * watched, or the system does not tell.
     */
    othersShare: Type.Optional(NullableNumber),
    /**
     * What watching cost, at most: all CPU time in µs that rungs' own process used meanwhile, which does little else;
     * the generators are processes of their own.
     */
    observerCpuUs: Type.Number({ minimum: 0 }),
    /** The same seconds as the client's, sampled; absent where nothing was. */
    timeline: Type.Optional(Timeline),
  },
  { additionalProperties: false },
)
export type ServerTruth = Static<typeof ServerTruth>

/** Whether a conclusion may be drawn from a cell, and why not. */
export const Validity = Type.Object(
  {
    state: Type.Enum(['valid', 'generator-bound', 'unreconciled', 'noisy', 'no-data']),
    evidence: Type.Array(Type.String()),
  },
  { additionalProperties: false },
)
export type Validity = Static<typeof Validity>

/** The figures of a sample that people look at first. Times in µs, rates per second, CPU in µs per request. */
export const Summary = Type.Object(
  {
    /** Answers as expected ÷ measured time. */
    throughput: Type.Number({ minimum: 0 }),
    /** Closed loop: service time at full load, which is not the latency that users see at a given rate. */
    p50Us: NullableNumber,
    p95Us: NullableNumber,
    p99Us: NullableNumber,
    maxUs: NullableNumber,
    /** Everything but `ok` and `unfinished`, ÷ everything but `unfinished`. */
    errorRate: Type.Number({ minimum: 0, maximum: 1 }),
    /** CPU time of the level's own processes per request answered as expected. */
    cpuPerRequestUs: NullableNumber,
    rssPeakBytes: Type.Union([Count, Type.Null()]),
  },
  { additionalProperties: false },
)
export type Summary = Static<typeof Summary>

/** Times in µs; null where there is nothing to take them from. */
export const Percentiles = Type.Object(
  {
    p50Us: NullableNumber,
    p90Us: NullableNumber,
    p95Us: NullableNumber,
    p99Us: NullableNumber,
    p999Us: NullableNumber,
    maxUs: NullableNumber,
  },
  { additionalProperties: false },
)
export type Percentiles = Static<typeof Percentiles>

/** Latency under an open-loop load: what users see at that rate. */
export const LatencyPhase = Type.Object(
  {
    profile: ProfileName,
    /** Arrivals per second that the profile's 100 % stands for; of `steady`, the rate itself. */
    rate: Type.Number({ exclusiveMinimum: 0 }),
    /** Share of the capacity that was measured just before; null where the rate was given. */
    share: NullableNumber,
    stages: Type.Array(
      Type.Object(
        {
          seconds: Type.Number({ exclusiveMinimum: 0 }),
          from: Type.Number({ minimum: 0 }),
          to: Type.Number({ minimum: 0 }),
        },
        { additionalProperties: false },
      ),
    ),
    sample: Sample,
    server: ServerTruth,
    validity: Validity,
    /** From the intended moment of sending to the answer. */
    latency: Percentiles,
    /** From the real moment of sending to the answer. */
    service: Percentiles,
    /** 99th percentile of real − intended moment of sending. */
    lagP99Us: NullableNumber,
    /** 99th percentile of the generator's own part of it; the rest is waiting for a free connection. */
    ownLagP99Us: NullableNumber,
    /** Everything scheduled but `ok` and `unfinished`, ÷ everything scheduled but `unfinished`; what was never sent counts. */
    errorRate: Type.Number({ minimum: 0, maximum: 1 }),
    /** What this profile is for, read from it; null for `steady`. */
    reading: Type.Union([ProfileReading, Type.Null()]),
  },
  { additionalProperties: false },
)
export type LatencyPhase = Static<typeof LatencyPhase>

/** The stage at which a cell failed. */
export const Stage = Type.Enum(['services', 'prepare', 'boot', 'setup', 'warm-up', 'measure', 'latency'])
export type Stage = Static<typeof Stage>

/** What became of a cell. A finished sample is never dropped, even when the cell failed after it. */
export const Outcome = Type.Union([
  Type.Object(
    {
      state: Type.Literal('completed'),
      sample: Sample,
      summary: Summary,
      server: ServerTruth,
      validity: Validity,
      /** Null where only capacity was measured. */
      latency: Type.Union([LatencyPhase, Type.Null()]),
      slo: Type.Array(SloResult),
      warnings: Type.Array(Type.String()),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { state: Type.Literal('skipped'), reason: Type.String(), fix: NullableString },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      state: Type.Literal('failed'),
      stage: Stage,
      error: Type.String(),
      /** The last lines that the level's processes wrote. */
      log: Type.Array(Type.String()),
      sample: Type.Union([Sample, Type.Null()]),
    },
    { additionalProperties: false },
  ),
])
export type Outcome = Static<typeof Outcome>
export type CompletedOutcome = Extract<Outcome, { state: 'completed' }>

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
    schemaVersion: Type.Literal(SCHEMA_VERSION),
    tool: Type.Object(
      { name: Type.Literal('rungs'), version: Type.String() },
      { additionalProperties: false },
    ),
    /** Also the name of the run's folder. */
    id: Type.String(),
    startedAt: Type.String(),
    finishedAt: NullableString,
    state: Type.Enum(['running', 'completed', 'interrupted', 'failed']),
    git: Type.Union([
      Type.Object(
        { commit: Type.String(), branch: NullableString, dirty: Type.Boolean() },
        { additionalProperties: false },
      ),
      Type.Null(),
    ]),
    machine: Machine,
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
    warnings: Type.Array(Type.String()),
  },
  { $id: 'https://rungs.dev/schemas/run-1.json', title: 'rungs run', additionalProperties: false },
)
export type Run = Static<typeof Run>
