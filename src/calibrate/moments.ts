/** Milliseconds of the monotonic clock, to the microsecond and below. */
export const now = () => performance.now()

/** Timers may fire up to a millisecond early. @param ms by `now` */
export function at(ms: number, handle: () => void): void {
  const left = ms - now()
  if (left <= 0) handle()
  else if (left > 1) setTimeout(() => at(ms, handle), left)
  else setImmediate(() => at(ms, handle))
}
