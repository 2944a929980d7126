import { z } from 'zod'

/** The declaration of a data point: what `custom` may hold under its name. */
export const dataPointFields = {
  name: z
    .string()
    .regex(/^[\p{L}_][\p{L}\p{N}_-]{0,127}$/u, 'is not a letter or `_`, then letters, digits, `_` or `-`')
    .refine((name) => !['__proto__', 'constructor', 'prototype'].includes(name), 'is reserved')
    .meta({ description: 'The key in `custom`; rules read it as `custom.<name>`.' }),
  dataType: z.enum(['text', 'number', 'boolean', 'multiselect']),
  modelType: z.enum(['action', 'user']),
}
