import type { RunEvents } from '../../runner/cell/events.js'

/** Tells several listeners, in their order. */
export function together(...listeners: readonly RunEvents[]): RunEvents {
  return {
    onService: (...told) => {
      for (const one of listeners) one.onService?.(...told)
    },
    onBoot: (...told) => {
      for (const one of listeners) one.onBoot?.(...told)
    },
    onReady: (...told) => {
      for (const one of listeners) one.onReady?.(...told)
    },
    onPhase: (...told) => {
      for (const one of listeners) one.onPhase?.(...told)
    },
    onTick: (...told) => {
      for (const one of listeners) one.onTick?.(...told)
    },
    onServer: (...told) => {
      for (const one of listeners) one.onServer?.(...told)
    },
    onCell: (...told) => {
      for (const one of listeners) one.onCell?.(...told)
    },
  }
}
