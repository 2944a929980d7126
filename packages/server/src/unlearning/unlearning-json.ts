import { z } from 'zod'
import { actorJson } from '../audit/actor.ts'
import { identifier, userId } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'
import { queryMoment } from '../http/query-moment.ts'
import { reasonText } from '../http/reason-text.ts'
import type { UnlearningTable } from '../storage/schema.ts'

/** Which events are meant. Everything that is given must hold. */
const eventsAsked = {
  userId: userId.optional(),
  ipAddress: identifier(128).optional().meta({ description: 'An address, or a range of addresses in CIDR notation.' }),
  deviceId: identifier(256).optional(),
} as const

export const unlearningBody = z.strictObject({
  ...eventsAsked,
  from: queryMoment.optional().meta({ description: 'Not before this time: ISO 8601, or an age such as `-3d`.' }),
  to: queryMoment.optional().meta({ description: 'Before this time. Absent: up to the request.' }),
  reason: reasonText.meta({ description: 'Why, in words. It is kept with each event and in the audit log.' }),
  isFraud: z.boolean().default(false).meta({
    description:
      'Disputes each event as well: it is labelled fraud, its address gets a worse reputation, and one that is still open ends as failed.',
  }),
  dryRun: z.boolean().default(false).meta({ description: 'Changes nothing, and says what would be touched.' }),
})

export type UnlearningBody = z.infer<typeof unlearningBody>

/** The events as they were asked for, with absolute times. */
export const askedJson = z.object({ ...eventsAsked, from: z.string().optional(), to: z.string() })

export const previewJson = z.object({
  sentence: z.string(),
  events: z.int().meta({ description: 'Events that the request is about.' }),
  lessons: z.int().meta({ description: 'Those of them that taught something good about a user, which is taken back.' }),
  users: z.int(),
  addresses: z.int(),
  devices: z.int(),
  trustedAddresses: z
    .int()
    .meta({ description: 'Addresses among them that their user trusts now. An address that two users trust counts twice.' }),
  isAtLeast: z.boolean().meta({ description: 'There are more events than were counted.' }),
})

export const unlearningJson = z
  .object({
    unlearningId: z.string(),
    state: z.enum(['running', 'done', 'failed']),
    asked: askedJson,
    reason: z.string(),
    isFraud: z.boolean(),
    actor: actorJson,
    createdAt: z.string(),
    updatedAt: z.string(),
    events: z.int().meta({ description: 'Events that were looked at so far.' }),
    unlearned: z.int().meta({ description: 'Those of them from which something was taken back, or that were disputed.' }),
    problem: z.string().optional(),
  })
  .meta({ id: 'Unlearning' })

export type Unlearning = z.infer<typeof unlearningJson>

export function toUnlearning(row: UnlearningTable): Unlearning {
  return {
    unlearningId: row.unlearning_id,
    state: row.state,
    asked: JSON.parse(row.asked),
    reason: row.reason,
    isFraud: row.is_fraud === 1,
    actor: JSON.parse(row.actor),
    createdAt: toIso(row.created_at),
    updatedAt: toIso(row.updated_at),
    events: row.events,
    unlearned: row.unlearnt,
    problem: row.problem ?? undefined,
  }
}
