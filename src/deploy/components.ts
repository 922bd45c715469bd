/** The parts of a deployment that are scaled by themselves. */
export const COMPONENTS = ['web', 'queue'] as const
export type Component = (typeof COMPONENTS)[number]
