import { type FeatureDefinition, findSignal } from '@sallyport/engine'
import { z } from 'zod'
import { actionCode } from '../actions/identifier.ts'
import { wireState } from '../actions/wire-state.ts'

const ninetyDays = 90 * 1440

/** A velocity feature as it is sent. */
export const featureJson = z
  .object({
    name: z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/, 'is not a letter, then letters, digits or `_`'),
    metric: z.enum(['count', 'sum', 'distinct']),
    of: z.string().max(256).optional().meta({ description: 'What is summed or told apart: a signal or `custom.<name>`. Not for `count`.' }),
    per: z
      .string()
      .regex(/^(user|device|address|network|custom\.[^.].{0,127})$/, 'is none of user, device, address, network, custom.<name>'),
    windowMinutes: z.int().min(1).max(ninetyDays),
    actions: z.array(actionCode).min(1).max(64).optional(),
    states: z.array(wireState).min(1).max(8).optional(),
  })
  .refine(({ metric, of }) => (metric === 'count') === (of === undefined), 'of: goes with `sum` and `distinct`, and only with them')
  .refine(
    ({ of }) => of === undefined || of.startsWith('custom.') || findSignal(of) !== undefined,
    'of: is neither a signal nor `custom.<name>`',
  )
  .transform((feature) => feature as FeatureDefinition)
