import { type Static, Type } from 'typebox'
import { Claim } from './claim.js'

/** What a level may need beside its own processes. Found or started by `services/`, handed over as a URL. */
export const ServiceName = Type.Enum(['postgres', 'redis', 'nginx', 'containers'])
export type ServiceName = Static<typeof ServiceName>

/**
 * A command without a shell. `command`, `args`, `cwd` and the values of `env` may hold placeholders in braces,
 * which the launcher replaces: `{host}`, `{port}`, `{url}`, `{workers}`, `{tempDir}`, `{env.NAME}` for a variable of
 * the level's environment, `{port.NAME}` for a free port of the boot's own, `{secret.NAME}` for a variable, or a random
 * text of the boot's own where it is not set, and `{postgres.PART}` for a part of `DATABASE_URL`: `host`, `port`, `user`,
 * `password`, `database`, `url`. `{{name}}` stands for `{name}` itself. `cwd` is relative to the folder that declares the level (the package for
 * rungs' own, the configuration file's for yours), which is also its default.
 */
export const Command = Type.Object(
  {
    command: Type.String({ minLength: 1 }),
    args: Type.Optional(Type.Array(Type.String())),
    env: Type.Optional(Type.Record(Type.String(), Type.String())),
    cwd: Type.Optional(Type.String()),
    timeoutSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  },
  { additionalProperties: false },
)
export type Command = Static<typeof Command>

/** A long-running process of a level: started in the order declared, stopped in reverse. */
export const ProcessSpec = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    role: Type.Enum(['web', 'queue', 'proxy']),
    command: Type.String({ minLength: 1 }),
    args: Type.Optional(Type.Array(Type.String())),
    env: Type.Optional(Type.Record(Type.String(), Type.String())),
    cwd: Type.Optional(Type.String()),
    /** How many of it are started. */
    count: Type.Optional(Type.Integer({ minimum: 1, default: 1 })),
    /**
     * It has its work done by processes that are not its own, such as containers: its CPU time and memory would say nothing
     * of the level, and are left out. The control `processes` may name those that do.
     */
    elsewhere: Type.Optional(Type.Boolean()),
    /** What asks it to stop, and to answer first what is in flight. */
    stopSignal: Type.Optional(Type.Enum(['SIGTERM', 'SIGINT', 'SIGQUIT'])),
    /** How long it may take to stop after that before it is killed. */
    stopSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, default: 35 })),
  },
  { additionalProperties: false },
)
export type ProcessSpec = Static<typeof ProcessSpec>

/** What a level claims to survive or do. Each is checked by the contract suite, and later by drills. */
export const Promise_ = Type.Enum([
  'answers-in-flight-on-stop',
  'uses-all-cores',
  'restarts-crashed-worker',
  'restarts-hung-worker',
  'recycles-workers',
  'reloads-without-loss',
  'scales-without-restart',
  'finishes-accepted-tasks',
  'spreads-evenly',
  'survives-lost-node',
])
export type Promise_ = Static<typeof Promise_>

/** What an operator would type while the level runs. */
export const Controls = Type.Object(
  {
    /** Replaces every worker without losing a request. */
    reload: Type.Optional(Command),
    /** Sets the number of workers to `{workers}` without a restart. */
    scale: Type.Optional(Command),
    /** Shows what runs. */
    status: Type.Optional(Command),
    /** Stops one node, named `{node}`, in order, and starts it again. */
    restartNode: Type.Optional(Command),
    /** Kills one node, named `{node}`, as a crash would. */
    killNode: Type.Optional(Command),
    /** Starts a second set of nodes, leads all requests to it, and stops the first (blue-green). */
    switch: Type.Optional(Command),
    /** Makes the proxy read its configuration anew. */
    reloadProxy: Type.Optional(Command),
    /**
     * Prints the processes of this machine that do the level's work where they are no children of its own, as in containers: a
     * line each, of name, role (`web`, `queue`, `proxy`, `service`) and pid. Asked once, when the level is ready: their CPU
     * time and memory, and those of their descendants, are counted.
     */
    processes: Type.Optional(Command),
  },
  { additionalProperties: false },
)
export type Controls = Static<typeof Controls>

/** A page for people who operate the level; `rungs up` names it. Its texts may hold placeholders as commands do. */
export const Dashboard = Type.Object(
  {
    name: Type.String({ minLength: 1 }),
    url: Type.String({ minLength: 1 }),
    user: Type.Optional(Type.String()),
    password: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
)
export type Dashboard = Static<typeof Dashboard>

/** `native`: processes of this machine, by rungs itself. `compose`: containers, by Docker Compose or Podman's. */
export const BackendName = Type.Enum(['native', 'compose'])
export type BackendName = Static<typeof BackendName>

/** Folders of the files that put a level on a platform, relative to the folder that declares the level. */
export const Deployments = Type.Object(
  {
    /** `stack.yaml` and what it names, for `rungs swarm`. */
    swarm: Type.Optional(Type.String({ minLength: 1 })),
    /** Manifests for `rungs k8s`. */
    kubernetes: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
)
export type Platform = keyof Static<typeof Deployments>

const parts = {
  services: Type.Optional(Type.Array(ServiceName)),
  /** Services that its own processes bring, and that nobody need start. */
  brings: Type.Optional(Type.Array(ServiceName)),
  /** Commands run to their end before the processes start, in order (migrations, seed data). */
  prepare: Type.Optional(Type.Array(Command)),
  processes: Type.Array(ProcessSpec, { minItems: 1 }),
  dashboards: Type.Optional(Type.Array(Dashboard)),
  /** npm packages that the level's commands need, and that may be missing. */
  requires: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
  controls: Type.Optional(Controls),
  promises: Type.Optional(Type.Array(Promise_)),
}

/** Another way to run a level, in place of the level's own: what it does not name, it does not have. */
export const Backend = Type.Object({ name: BackendName, ...parts }, { additionalProperties: false })
export type Backend = Static<typeof Backend>

/**
 * A rung of the ladder, as data: the commands that start a service, what it needs, and when it is ready. Every
 * process gets `HOST`, `PORT` and `WORKERS`, `DATABASE_URL` when the level asks for Postgres, and `REDIS_URL` (with
 * `REDIS_KEY_PREFIX` where it shares the server of yours), `TASK_BROKER_URL` and `TASK_RESULT_BACKEND` when it asks for Redis.
 */
export const Level = Type.Object(
  {
    number: Type.Integer({ minimum: 0, maximum: 99 }),
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
    title: Type.String({ minLength: 1 }),
    summary: Type.Optional(Type.String()),
    whenToUse: Type.Optional(Type.String()),
    /** How many workers: a number, or `auto` for 2 × cores + 1 of the cores that the service may use. */
    workers: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('auto')])),
    /** The variable that sets how many database connections a worker may open: `rungs tune` tries several. */
    poolVariable: Type.Optional(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$' })),
    ...parts,
    /** Other ways to run it; its own is `native`. */
    backends: Type.Optional(Type.Array(Backend)),
    ready: Type.Object(
      {
        path: Type.String({ pattern: '^/' }),
        timeoutSeconds: Type.Optional(Type.Number({ exclusiveMinimum: 0, default: 60 })),
      },
      { additionalProperties: false },
    ),
    /**
     * A path that answers JSON with `worker_id` and `requests_served` of the worker that answers. With it, rungs
     * waits until every worker serves, and shows each worker's share of the requests.
     */
    workerPath: Type.Optional(Type.String({ pattern: '^/' })),
    /**
     * A path that answers JSON about the level's queue: `waiting`, `active`, `delayed` now, `enqueued`, `done`,
     * `failed` in all, and `completion_seconds.buckets`, a list of `{le, count}`, of the time from enqueued to done.
     */
    queuePath: Type.Optional(Type.String({ pattern: '^/' })),
    deployments: Type.Optional(Deployments),
    /** What is said of its figures. */
    claims: Type.Optional(Type.Array(Claim)),
  },
  { additionalProperties: false },
)
export type Level = Static<typeof Level>
