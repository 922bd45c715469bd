import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AppError } from '../support/errors.js'

/** `cpu` tasks run in threads of their own, one each; `io` tasks wait for others most of the time, many at once. */
export type TaskKind = 'io' | 'cpu'

export const TASK_KINDS: readonly TaskKind[] = ['io', 'cpu']

const ReportArgs = Type.Object(
  {
    rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 500_000 })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
  },
  { additionalProperties: false },
)
export type ReportArgs = Static<typeof ReportArgs>

const EmailArgs = Type.Object(
  {
    to: Type.String({ minLength: 3, maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+$' }),
    subject: Type.Optional(Type.String({ maxLength: 998 })),
  },
  { additionalProperties: false },
)
export type EmailArgs = Static<typeof EmailArgs>

const UploadArgs = Type.Object(
  {
    bytes: Type.Integer({ minimum: 1, maximum: 17_179_869_184 }),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
  },
  { additionalProperties: false },
)
export type UploadArgs = Static<typeof UploadArgs>

const BatchArgs = Type.Object(
  {
    task: Type.String({ minLength: 1 }),
    items: Type.Array(Type.Unknown(), { minItems: 1, maxItems: 10_000 }),
  },
  { additionalProperties: false },
)
export type BatchArgs = Static<typeof BatchArgs>

interface Definition {
  readonly kind: TaskKind
  readonly args: TSchema
}

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  generate_report: { kind: 'cpu', args: ReportArgs },
  send_email: { kind: 'io', args: EmailArgs },
  process_upload: { kind: 'cpu', args: UploadArgs },
  batch: { kind: 'io', args: BatchArgs },
}

export const TASK_NAMES: readonly string[] = Object.keys(DEFINITIONS)

const checks = new Map(Object.entries(DEFINITIONS).map(([name, { args }]) => [name, Compile(args)]))

/**
 * The kind of a task that may be enqueued as it is asked for.
 * @throws AppError 400 for a name that no task has, or arguments that it does not take.
 */
export function kindOfTask(name: string, args: unknown): TaskKind {
  const definition = Object.hasOwn(DEFINITIONS, name) ? DEFINITIONS[name] : undefined
  if (definition === undefined) {
    throw new AppError(400, 'unknown_task', `No task is named "${name}"; there are ${TASK_NAMES.join(', ')}`)
  }
  const check = checks.get(name)
  if (check !== undefined && !check.Check(args)) {
    const [first] = check.Errors(args)
    const where = first?.instancePath ? `args${first.instancePath}` : 'args'
    throw new AppError(400, 'invalid_arguments', `${name}: ${where} ${first?.message ?? 'are not valid'}`)
  }
  if (name === 'batch') checkBatch(args as BatchArgs)
  return definition.kind
}

/** A batch is accepted when all of its tasks would be. */
function checkBatch({ task, items }: BatchArgs): void {
  if (task === 'batch') throw new AppError(400, 'invalid_arguments', 'batch: a batch holds no batches')
  for (const item of items) kindOfTask(task, item)
}
