import type { RecordHead } from '../../model/run/record.js'
import { UserError } from '../../words/errors.js'

type Head = Pick<RecordHead, 'state' | 'finishedAt' | 'warnings'>

/** A record while its study goes on. */
export interface Kept<R extends Head> {
  readonly record: R
  /** Changes the record; the next save keeps it. */
  note(changes: Partial<R>): void
  save(changes: Partial<R>): Promise<void>
  /** Adds a warning, once. */
  readonly warn: (text: string) => void
}

export type Next<R, Step> = { readonly step: Step } | { readonly end: Partial<R> }

/** An experiment that is made step by step; all that it knows is in its record, so that it can go on from there. */
export interface Study<R extends Head, Step> {
  /** The next step, or what the record ends with. Pure. */
  next(record: R): Next<R, Step>
  /** Takes a step and saves what it gave. @returns what the record ends with, where nothing is to follow */
  take(step: Step, kept: Kept<R>): Promise<Partial<R> | undefined>
  /** What an interrupted record ends with. */
  interrupted?(record: R): Partial<R>
  /** What a record whose step failed ends with. */
  failed?(record: R): Partial<R>
  /** Stops what steps have started, whatever ended the study. */
  end?(): Promise<void>
}

export interface ConductParts<R> {
  /** Aborted to stop with the steps so far. */
  readonly signal: AbortSignal
  /** Keeps the record: called at the start, after each step and at the end. */
  save(record: R): Promise<void>
}

/**
 * Takes step after step until the study ends. The record is saved whatever ends it: an interruption keeps the steps so far,
 * a failure also says why.
 * @returns the record, completed or interrupted
 * @throws what a step throws without an interruption
 */
export async function conduct<R extends Head, Step>(
  planned: R,
  study: Study<R, Step>,
  { signal, save }: ConductParts<R>,
): Promise<R> {
  const kept = keeping(planned, save)
  const end = async (state: Head['state'], changes: Partial<R>): Promise<R> => {
    kept.note(changes)
    kept.note({ state, finishedAt: new Date().toISOString() } as Partial<R>)
    await save(kept.record)
    return kept.record
  }
  const interrupted = () => end('interrupted', study.interrupted?.(kept.record) ?? {})
  try {
    await kept.save({ state: 'running', finishedAt: null } as Partial<R>)
    for (;;) {
      const next = study.next(kept.record)
      if ('step' in next && signal.aborted) return await interrupted()
      const changes = 'end' in next ? next.end : await study.take(next.step, kept)
      if (changes) return await end('completed', changes)
    }
  } catch (error) {
    if (signal.aborted) return await interrupted()
    for (const reason of error instanceof UserError ? error.problems : []) kept.warn(reason)
    await end('failed', study.failed?.(kept.record) ?? {})
    throw error
  } finally {
    await study.end?.()
  }
}

function keeping<R extends Head>(planned: R, write: (record: R) => Promise<void>): Kept<R> {
  let record = planned
  const note = (changes: Partial<R>): void => {
    record = { ...record, ...changes }
  }
  return {
    get record() {
      return record
    },
    note,
    async save(changes) {
      note(changes)
      await write(record)
    },
    warn(text) {
      const { warnings } = record
      if (!warnings.includes(text)) note({ warnings: [...warnings, text] } as Partial<R>)
    },
  }
}
