import { type Static, Type } from 'typebox'
import { Count } from '../schema/fields.js'

/** The machine that measured. Figures of unlike machines are not comparable. */
export const Machine = Type.Object(
  {
    hostname: Type.String(),
    os: Type.String(),
    kernel: Type.String(),
    cpuModel: Type.String(),
    /** Cores the kernel shows. */
    cores: Type.Integer({ minimum: 1 }),
    /** Cores that rungs may use: affinity and the container's quota considered; may be a fraction. */
    usableCores: Type.Number({ exclusiveMinimum: 0 }),
    memoryBytes: Count,
    /** The container's memory limit, where there is one. */
    memoryLimitBytes: Type.Union([Count, Type.Null()]),
    node: Type.String(),
  },
  { additionalProperties: false },
)
export type Machine = Static<typeof Machine>
