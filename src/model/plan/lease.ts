/**
 * What a run holds while it lives: a private temporary folder, processes, databases. It is written down before the
 * thing itself exists, so that after a crash of rungs the next call can end and remove all of it.
 */
export interface Lease {
  readonly id: string
  /** Private to the run, removed with the lease. */
  readonly tempDir: string
  /** Every process of the run carries these variables: by them it is found again, wherever it has wandered. */
  readonly env: Readonly<Record<string, string>>
  /**
   * Notes a root process as soon as it has a pid: where a system shows no environments, and for programs that
   * overwrite theirs, it is found by this. A cleaning call sends it `stopSignal` (SIGTERM) before it kills.
   */
  ownProcess(pid: number, stopSignal?: NodeJS.Signals): Promise<void>
  /**
   * Notes a database on someone's own server, to be dropped at the end: of Postgres a database, of Redis (by the URL's
   * scheme) the keys that begin with `name:`. Call it before creating it.
   */
  ownDatabase(adminUrl: string, name: string): Promise<void>
  disownDatabase(name: string): Promise<void>
  /** Notes a control group, to be removed at the end with those in it. Call it before making it. */
  ownGroup(folder: string): Promise<void>
}
