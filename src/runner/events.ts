import type { Cell, RunLevel } from '../model/run.js'
import type { Tick } from '../model/sample.js'

/** Which cell, and where it stands among all: `index` counts from 1. */
export interface CellRef {
  readonly level: RunLevel
  readonly scenario: string
  readonly repeat: number
  readonly index: number
  readonly of: number
}

/** What a run tells while it goes on. All are optional; a listener must not throw. */
export interface RunEvents {
  onService?(name: string, source: string, notes: readonly string[]): void
  onBoot?(level: RunLevel): void
  onReady?(level: RunLevel, url: string, seconds: number, warnings: readonly string[]): void
  onPhase?(cell: CellRef, phase: 'setup' | 'warm-up' | 'measure', seconds: number): void
  onTick?(cell: CellRef, phase: 'warm-up' | 'measure', tick: Tick): void
  onCell?(ref: CellRef, cell: Cell): void
}
