import { z } from 'zod'
import { readDecimal } from './read-decimal.ts'

/** A number in a path or a query, where everything is text. Takes what `readDecimal` takes. */
export function queryNumber<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((text) => (typeof text === 'string' ? (readDecimal(text) ?? text) : text), schema)
}
