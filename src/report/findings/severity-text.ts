import type { Severity } from './finding.js'

/** How bad a finding is, for people. */
export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  'red-flag': 'Red flag',
  warning: 'Warning',
  note: 'Note',
  good: 'Good',
}
