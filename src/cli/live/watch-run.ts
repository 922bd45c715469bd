import { paint } from '../../markup/paint.js'
import type { RunSettings } from '../../model/run/run.js'
import type { RunEvents } from '../../runner/cell/events.js'
import type { Output } from '../terminal/output.js'
import { describeOutcome, runProgress } from '../terminal/progress.js'
import { expectedCellSeconds, RunState } from '../terminal/run-state.js'
import { LiveFeed } from './live-feed.js'
import { serveLive } from './live-server.js'
import { together } from './together.js'

/** Whoever watches a run: the terminal, and with `--live` a page. */
export interface RunWatch {
  readonly events: RunEvents
  /** Leaves the terminal clean and closes the page. */
  end(): Promise<void>
}

/** @throws UserError where the page cannot be served */
export async function watchRun(output: Output, settings: RunSettings, live: boolean): Promise<RunWatch> {
  const state = new RunState({
    cellSeconds: expectedCellSeconds(settings),
    readsTimes: output.interactive || live,
  })
  const progress = runProgress(output, state)
  if (!live) return { events: together(state, progress), end: async () => progress.end() }
  const feed = new LiveFeed({ state, describeCell: (outcome) => describeOutcome(outcome, paint(false)) })
  const server = await serveLive(feed)
  output.note(`live page: ${server.url}`)
  return {
    events: together(state, progress, feed),
    async end() {
      progress.end()
      await server.close(
        'The run has ended: its table is in the terminal, and rungs report makes a page of it.',
      )
    },
  }
}
