import { type FeatureDefinition, findSignal, type JsonValue } from '@sallyport/engine'
import { z } from 'zod'
import { actionCode } from '../http/identifier.ts'
import { jsonValue } from '../http/json-value.ts'
import { wireState } from '../http/wire-state.ts'

const ninetyDays = 90 * 1440

const featureName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/, 'is not a letter, then letters, digits or `_`')

/** The members of a velocity feature besides its name. */
const featureFields = {
  metric: z.enum(['count', 'sum', 'distinct']),
  of: z
    .string()
    .max(256)
    .meta({ description: 'The value to sum or to tell apart: a signal of the event or `custom.<name>`. Not used with `count`.' }),
  per: z
    .string()
    .regex(
      /^(user|device|address|network|(user\+)?custom\.[^.].{0,127})$/,
      'is none of user, device, address, network, custom.<name>, user+custom.<name>',
    )
    .meta({ description: 'Which events are counted together.' }),
  windowMinutes: z.int().min(1).max(ninetyDays),
  actions: z.array(actionCode).min(1).max(64).meta({ description: 'Count only these actions.' }),
  states: z
    .array(wireState)
    .min(1)
    .max(8)
    .meta({ description: 'Count an instance when it enters one of these states, not when it is tracked.' }),
  condition: z
    .record(z.string(), jsonValue)
    .meta({ description: 'An additional condition: JsonLogic over `custom.*` and the signals of the event itself.' }),
}

/** A declared feature on the wire, without its condition, which only a request has checked. */
export const featureShape = {
  name: featureName,
  metric: featureFields.metric,
  of: featureFields.of.optional(),
  per: featureFields.per,
  windowMinutes: featureFields.windowMinutes,
  actions: featureFields.actions.optional(),
  states: featureFields.states.optional(),
}

/** A velocity feature as it is sent. */
export const featureJson = z
  .strictObject({
    ...featureShape,
    condition: featureFields.condition.optional(),
  })
  .refine(({ metric, of }) => (metric === 'count') === (of === undefined), 'of: goes with `sum` and `distinct`, and only with them')
  .refine(
    ({ of }) => of === undefined || of.startsWith('custom.') || findSignal(of) !== undefined,
    'of: is neither a signal nor `custom.<name>`',
  )
  .transform((feature) => feature as FeatureDefinition)

/** A change of a velocity feature. `null` clears a member. */
export const featurePatch = z
  .strictObject({
    metric: featureFields.metric,
    of: featureFields.of.nullable(),
    per: featureFields.per,
    windowMinutes: featureFields.windowMinutes,
    actions: featureFields.actions.nullable(),
    states: featureFields.states.nullable(),
    condition: featureFields.condition.nullable(),
  })
  .partial()

const backfill = z.object({
  status: z.enum(['running', 'done', 'failed', 'interrupted']),
  startedAt: z.string(),
  updatedAt: z.string(),
  progress: z.number().meta({ description: '0 to 1' }),
  instances: z.int().meta({ description: 'Stored instances that were counted.' }),
  entities: z.int().meta({ description: 'Users, devices, addresses and so on that were filled.' }),
})

export const featureReply = z
  .object({
    ...featureShape,
    condition: jsonValue.optional(),
    createdAt: z.string(),
    isComplete: z.boolean().meta({
      description: 'Whether it covers its whole window. Until then `velocity.<name>` is not applicable, and rules on it do not fire.',
    }),
    completeFrom: z.string().optional().meta({ description: 'When it will be complete without being filled.' }),
    backfill: backfill.optional(),
  })
  .meta({ id: 'VelocityFeature', description: 'Rules read it as `velocity.<name>`.' })

/** A stored definition with a patch applied. */
export function applyFeaturePatch(before: FeatureDefinition, patch: z.infer<typeof featurePatch>): FeatureDefinition {
  const merged: Record<string, JsonValue | undefined> = { ...(before as unknown as Record<string, JsonValue>) }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else if (value !== undefined) merged[key] = value as JsonValue
  }
  return merged as unknown as FeatureDefinition
}
