import { z } from 'zod'

const bound = z.number().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER)

/** The bounds as a change takes them: `null` removes one, absence leaves it. */
export const changedBounds = { minimum: bound.nullish(), maximum: bound.nullish() }

/** The declaration of a data point: what `custom` may hold under its name. */
export const dataPointFields = {
  name: z
    .string()
    .regex(/^[\p{L}_][\p{L}\p{N}_-]{0,127}$/u, 'is not a letter or `_`, then letters, digits, `_` or `-`')
    .refine((name) => !['__proto__', 'constructor', 'prototype'].includes(name), 'is reserved')
    .meta({ description: 'The key in `custom`; rules read it as `custom.<name>`.' }),
  dataType: z.enum(['text', 'number', 'boolean', 'multiselect']),
  modelType: z.enum(['action', 'user']),
  minimum: bound.optional().meta({ description: 'The smallest number that is accepted. Only for `number`.' }),
  maximum: bound.optional().meta({ description: 'The largest number that is accepted. Only for `number`.' }),
}
