import { z } from 'zod'
import { storableText, userId } from '../http/identifier.ts'
import { jsonValue } from '../http/json-value.ts'
import { outcome } from './rule-json.ts'

/** More tests than anybody reads when one of them fails. */
export const maxPolicyTests = 200

const signalValue = z.union([
  z.boolean(),
  z.number(),
  z.string().max(1024),
  z.array(z.string().max(1024)).max(256),
  z.strictObject({ missing: z.enum(['not_provided', 'not_applicable', 'unavailable']) }),
])

const custom = z.record(z.string().max(256), jsonValue)

/** An event that a policy is tried on. It says everything itself: nothing is read of any user, so that the same test gives the same answer tomorrow. */
const testEvent = z.strictObject({
  userId: userId.optional().meta({ description: 'Used by rules on `user.id` and by roll-outs. The user need not exist.' }),
  at: z.iso.datetime({ offset: true }).optional().meta({ description: 'Time of the event. Absent: when the test runs.' }),
  ipAddress: z.string().max(4096).optional(),
  userAgent: z.string().max(8192).optional(),
  deviceId: storableText(256).optional(),
  custom: custom.optional(),
  user: z
    .strictObject({
      email: storableText(320).optional(),
      phoneNumber: storableText(64).optional(),
      custom: custom.optional(),
      enrolledVerificationMethods: z.array(z.string().max(64)).max(32).optional(),
    })
    .optional()
    .meta({ description: 'The stored data of the user.' }),
  signals: z.record(z.string().max(256), signalValue).optional().meta({
    description: 'Values that override everything else: history, address, velocity. `{"missing": "unavailable"}` is also a value.',
  }),
})

const expectation = z.strictObject({
  outcome,
  rule: z
    .string()
    .max(256)
    .nullish()
    .meta({ description: 'Name or id of the rule that must decide; `null`: the default outcome. Absent: any.' }),
})

/** A saved test event of an action: what happens, and what the policy is to say. */
export const policyTest = z
  .strictObject({
    name: storableText(128).min(1, 'is empty').meta({ description: 'Unique within the action.' }),
    description: z.string().max(4096).optional(),
    event: testEvent,
    expect: expectation,
  })
  .meta({ id: 'PolicyTest' })

export type PolicyTest = z.infer<typeof policyTest>
export type TestEvent = PolicyTest['event']
