import type { Cell, RunLevel } from '../../model/run/run.js'
import type { Tick } from '../../model/run/sample.js'
import type { Reading } from '../../observe/observer.js'

/** Which cell, and where it stands among all: `index` counts from 1. */
export interface CellRef {
  readonly level: RunLevel
  readonly scenario: string
  readonly repeat: number
  readonly index: number
  readonly of: number
}

export type Phase = 'setup' | 'warm-up' | 'measure' | 'latency'

/** What a run tells while it goes on. All are optional; a listener must not throw. */
export interface RunEvents {
  onService?(name: string, source: string, notes: readonly string[]): void
  onBoot?(level: RunLevel): void
  onReady?(level: RunLevel, url: string, seconds: number, warnings: readonly string[]): void
  /** `rate` is what the open loop arrives with, per second. */
  onPhase?(cell: CellRef, phase: Phase, seconds: number, rate?: number): void
  onTick?(cell: CellRef, phase: Phase, tick: Tick): void
  /** What was seen on the server's side while loading. */
  onServer?(cell: CellRef, atSeconds: number, readings: readonly Reading[]): void
  onCell?(ref: CellRef, cell: Cell): void
}
