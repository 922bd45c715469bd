import { resolveTable, type SettingsTable } from '../../config/resolve-table.js'
import { beginRecord, type RecordHead } from '../../model/run/record.js'
import type { KindedRecord } from '../../records/kinds.js'
import { differences } from '../../records/resume.js'
import { runId, writeOf } from '../../records/write-record.js'
import type { ToldKind } from '../../report/site/told.js'
import { conduct, type Study } from '../../runner/studies/conduct.js'
import { UserError } from '../../words/errors.js'
import type { ExitCode } from '../../words/exit-codes.js'
import type { Invocation } from '../terminal/invocation.js'
import { inRecordFolder } from './record-folder.js'
import { resultsFolder } from './results-folder.js'
import { asCommand, type LoadedStudy } from './study-command.js'
import { thisMachine } from './surroundings.js'
import { inWorld, type World } from './world.js'

type HeadField = keyof RecordHead | 'kind' | 'schemaVersion'

/** A study that boots no level: what it is asked, what it does, and what is told of it. */
export interface AloneStudy<R extends KindedRecord, Choices extends object, Step> extends ToldKind<R> {
  readonly own: SettingsTable<Choices>
  /** The record before the first step, without its head. */
  begin(choices: Choices): Omit<R, HeadField>
  steps(world: World): Study<R, Step>
  /** What must be as it was for a record to go on, by name. */
  fixed(record: R): Readonly<Record<string, unknown>>
  /** Whether a record holds nothing worth keeping. */
  isEmpty(record: R): boolean
  /** Of a record that was not interrupted. */
  exit(record: R): ExitCode
}

export function aloneStudy<R extends KindedRecord, Choices extends object, Step>(
  study: AloneStudy<R, Choices, Step>,
): LoadedStudy {
  return asCommand<R>({
    ...study,
    async measure(invocation, stored) {
      const { output } = invocation
      const planned = plannedRecord(study, invocation)
      const { noun } = study.kind
      const plan = {
        out: await resultsFolder(invocation),
        planned,
        stored,
        write: (dir: string, record: R) => writeOf(study.kind, dir, record),
        differences: (before: R, now: R) =>
          differences({ noun, id: before.id }, study.fixed(before), study.fixed(now)),
        isEmpty: study.isEmpty,
      }
      const onSignal = (name: string) =>
        output.warn(`${name}: stopping; what was measured is kept (again to leave at once)`)
      return await inWorld(invocation, onSignal, (world) =>
        inRecordFolder(plan, ({ record, save }) =>
          conduct(record, study.steps(world), { signal: world.signal, save }),
        ),
      )
    },
  })
}

/** @throws UserError with all settings that are wrong */
function plannedRecord<R extends KindedRecord, Choices extends object, Step>(
  { kind, own, begin }: AloneStudy<R, Choices, Step>,
  { flags, env, version, asked }: Invocation,
): R {
  const { values, problems } = resolveTable(own, { flags, env, file: null })
  if (problems.length > 0) throw new UserError(problems)
  const startedAt = new Date()
  const head = beginRecord(kind.schema, {
    tool: { name: 'rungs', version },
    id: runId(startedAt, kind.name),
    startedAt: startedAt.toISOString(),
    machine: thisMachine(env).machine,
    warnings: [],
    asked: { ...asked },
  })
  // Both parts together are the record; that a record is made of them is beyond the types.
  return { ...head, ...begin(values) } as unknown as R
}
