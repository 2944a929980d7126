import { z } from 'zod'
import { readDecimal } from './read-decimal.ts'

/** A number in a path or a query, where everything is text. Takes what `readDecimal` takes. */
export function queryNumber<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((text) => (typeof text === 'string' ? (readDecimal(text) ?? text) : text), schema)
}

/** The number of a version in a path or a query. Both stores hold such numbers in 32 bits, and PostgreSQL refuses to look for a larger one. */
export const versionNumber = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)
