import type { WorkerCounts } from './worker-counts.js'
import { WorkerLink, type WorkerState } from './worker-link.js'

/** More workers than that are not followed second by second: each costs a request a second. */
const MOST_LINKS = 16

/** Connections to a level's workers, kept open so that each worker can be asked every second at the price of one request. */
export class WorkerLinks {
  readonly #url: string
  readonly #path: string
  readonly #expected: number
  readonly #links: WorkerLink[] = []
  /** Answers that came after the reading which asked for them. */
  readonly #late = new Map<string, WorkerState>()

  private constructor(url: string, path: string, expected: number) {
    this.#url = url
    this.#path = path
    this.#expected = expected
  }

  /**
   * Opens connections until `expected` different workers have answered, or 8 times as many have been asked in vain.
   * Which worker answers is the level's choice, so one that was not seen may be there all the same.
   * @throws Error when the path does not answer JSON with `worker_id` and `requests_served`.
   */
  static async open(of: { readonly url: string; readonly path: string; readonly expected: number }) {
    const links = new WorkerLinks(of.url, of.path, of.expected)
    try {
      return { links, counts: await links.#complete(new Map()) }
    } catch (error) {
      links.close()
      throw error
    }
  }

  /**
   * What the workers say within `withinMs`; one that is slower is left out, and its answer is told by the
   * next reading. Where two connections lead to the same worker, one is closed: it may find another when it is asked next.
   */
  async read(withinMs: number): Promise<ReadonlyMap<string, WorkerState>> {
    const states = new Map<string, WorkerState>()
    let open = true
    const asked = this.#links.map(async (link) => {
      try {
        const state = await link.ask()
        if (!open) this.#late.set(state.id, state)
        else if (states.has(state.id)) link.close()
        else states.set(state.id, state)
      } catch {
        // A worker that ended or does not answer has no reading; the next question opens a new connection.
        link.close()
      }
    })
    await within(withinMs, Promise.all(asked))
    open = false
    for (const [id, state] of this.#late) if (!states.has(id)) states.set(id, state)
    this.#late.clear()
    return states
  }

  /** What each worker has served by now, those included that are not followed. @throws Error as `open` does. */
  async counts(): Promise<WorkerCounts> {
    const states = await this.read(5_000)
    const counts = new Map([...states].map(([id, { served }]) => [id, served]))
    return await this.#complete(counts)
  }

  close(): void {
    for (const link of this.#links.splice(0)) link.close()
  }

  async #complete(counts: Map<string, number>): Promise<WorkerCounts> {
    const expected = this.#expected
    for (let tries = 0; counts.size < expected && tries < 8 * expected + 8; tries++) {
      const link = new WorkerLink(this.#url, this.#path)
      try {
        const { id, served } = await link.ask()
        if (!counts.has(id) && this.#links.length < MOST_LINKS) this.#links.push(link)
        else link.close()
        counts.set(id, served)
      } catch (error) {
        link.close()
        throw error
      }
    }
    // Those that were not found now may be found while they work: where workers race for connections, idle ones hide.
    while (this.#links.length < Math.min(expected, MOST_LINKS)) {
      this.#links.push(new WorkerLink(this.#url, this.#path))
    }
    return counts
  }
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
