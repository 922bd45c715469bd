import picocolors from 'picocolors'
import type { Paint } from './text-table.js'

/** Colours, or none of them. */
export function paint(colour: boolean): Paint {
  return picocolors.createColors(colour)
}
