import { Type } from 'typebox'

// What the schemas of many result files have fields of.
export const Count = Type.Integer({ minimum: 0 })
export const NullableNumber = Type.Union([Type.Number(), Type.Null()])
export const NullableString = Type.Union([Type.String(), Type.Null()])
