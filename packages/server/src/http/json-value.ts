import type { JsonValue } from '@sallyport/engine'
import { z } from 'zod'

/** Anything that JSON can say. Named, so that the OpenAPI document can refer to it from within itself. */
export const jsonValue: z.ZodType<JsonValue, JsonValue> = z
  .lazy(() => z.union([z.null(), z.boolean(), z.number(), z.string(), z.array(jsonValue), z.record(z.string(), jsonValue)]))
  .meta({ id: 'JsonValue', description: 'Any JSON.' })
