import { beginRecord, type RecordHead } from '../../model/run/record.js'
import type { KindedRecord } from '../../records/kinds.js'
import { differences, machineFacts } from '../../records/resume.js'
import { runId } from '../../records/write-record.js'
import type { ToldKind } from '../../report/site/told.js'
import { conduct, type Study } from '../../runner/studies/conduct.js'
import type { ExitCode } from '../../words/exit-codes.js'
import type { Invocation } from '../terminal/invocation.js'
import { stepProgress } from '../terminal/step-progress.js'
import { inRecordFolder } from './record-folder.js'
import { resultsFolder } from './results-folder.js'
import { asCommand, type LoadedStudy } from './study-command.js'
import { thisMachine } from './surroundings.js'
import { inWorld, type World } from './world.js'

type HeadField = keyof RecordHead | 'kind' | 'schemaVersion'

/** A study that boots no level: what it is asked, what it does, and what is told of it. */
export interface AloneStudy<R extends KindedRecord, Plan, Step> extends ToldKind<R> {
  /** Decides everything before anything is done. @throws UserError with all that is wrong */
  plan(invocation: Invocation): Plan | Promise<Plan>
  /** The record before the first step, without its head. */
  begin(plan: Plan): Omit<R, HeadField>
  /** What a user should know before it begins. */
  warnings?(plan: Plan): string[]
  /** @param onStep told what begins now, for people */
  steps(world: World, plan: Plan, onStep: (text: string) => void): Study<R, Step>
  /** What must be as it was for a record to go on, by name; the machine must too. */
  fixed(record: R): Readonly<Record<string, unknown>>
  /** Whether a record holds nothing worth keeping. */
  isEmpty(record: R): boolean
  /** Of a record that was not interrupted. */
  exit(record: R): ExitCode
}

export function aloneStudy<R extends KindedRecord, Plan, Step>(
  study: AloneStudy<R, Plan, Step>,
): LoadedStudy {
  const { kind, isEmpty, fixed } = study
  return asCommand<R>({
    ...study,
    async measure(invocation, stored) {
      const { output } = invocation
      const plan = await study.plan(invocation)
      const planned = recordOf(study, plan, invocation)
      for (const warning of planned.warnings) output.warn(warning)
      const all = (record: R) => ({ ...machineFacts(record.machine), ...fixed(record) })
      const folder = {
        out: await resultsFolder(invocation),
        inside: [],
        planned,
        stored,
        isEmpty,
        file: kind.file,
        differences: (then: R, now: R) => differences({ noun: kind.noun, id: then.id }, all(then), all(now)),
      }
      const onSignal = (name: string) =>
        output.warn(`${name}: stopping; what was measured is kept (again to leave at once)`)
      const progress = stepProgress(output)
      return await inWorld(invocation, onSignal, (world) =>
        inRecordFolder(folder, ({ record, save }) =>
          conduct(record, study.steps(world, plan, progress.step), { signal: world.signal, save }).finally(
            progress.end,
          ),
        ),
      )
    },
  })
}

function recordOf<R extends KindedRecord, Plan, Step>(
  { kind, begin, warnings }: AloneStudy<R, Plan, Step>,
  plan: Plan,
  { env, version, asked }: Invocation,
): R {
  const startedAt = new Date()
  const head = beginRecord(kind.schema, {
    tool: { name: 'rungs', version },
    id: runId(startedAt, kind.noun),
    startedAt: startedAt.toISOString(),
    machine: thisMachine(env).machine,
    warnings: warnings?.(plan) ?? [],
    asked: { ...asked },
  })
  // Both parts together are the record; that a record is made of them is beyond the types.
  return { ...head, ...begin(plan) } as unknown as R
}
