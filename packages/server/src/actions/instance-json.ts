import { disputeSentence, type Instance, type PolicyDefinition } from '@sallyport/engine'
import { z } from 'zod'
import { actorJson } from '../audit/actor.ts'
import { toIso } from '../http/iso-time.ts'
import { reasonText } from '../http/reason-text.ts'
import { wireState } from '../http/wire-state.ts'
import type { ReviewClaim } from '../review-claims/review-claim.ts'

/** An instance as lists show it. */
export const listedInstance = z.object({
  actionCode: z.string(),
  idempotencyKey: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  state: wireState,
  stateUpdatedAt: z.string(),
  verificationMethod: z.string().optional(),
  verifiedByAuthenticatorId: z.string().optional(),
  disputedAt: z.string().optional(),
})

/** A rule that fired, as it was then. */
export const firedRule = z.object({ ruleId: z.string(), name: z.string(), description: z.string().optional() })

/** Approved, or rejected. */
export const reviewedState = z.enum(['REVIEW_SUCCEEDED', 'REVIEW_FAILED'])

/** Why somebody says what they say. */
export const givenReason = reasonText.meta({ description: 'Why, in words. It is kept with the action and in the audit log.' })

export const disputeDescription =
  'Marks the action as disputed, removes what was learned from it, and labels it fraud. `dispute` in the answer says what that changed. Repeating the call changes nothing and gets the same answer.'

/** What is known of how an instance turned out. */
export const labelValue = z.enum(['good', 'fraud'])

const shift = <Schema extends z.ZodType>(value: Schema) => z.object({ before: value, after: value })

const disputeJson = z
  .object({
    at: z.string(),
    reason: z.string().optional(),
    actor: actorJson,
    sentence: z.string().meta({ description: 'What the dispute took back.' }),
    learned: z.enum(['success', 'challenge', 'phishing_resistant', 'failure']).optional().meta({
      description:
        'What had been learned from the action until then: that it was allowed, or that a challenge was passed. Absent: nothing.',
    }),
    address: z
      .object({ address: z.string(), isTrusted: shift(z.boolean()), timesSeen: shift(z.int()), reputation: shift(z.int()) })
      .optional()
      .meta({ description: 'Of an IPv6 address, its /64. The reputation is 0 (nothing known against it) to 100.' }),
    network: z.object({ network: z.string(), timesSeen: shift(z.int()) }).optional(),
    device: z.object({ deviceId: z.string(), isTrusted: shift(z.boolean()), timesSeen: shift(z.int()) }).optional(),
  })
  .meta({ id: 'Dispute' })

const labelJson = z
  .object({
    value: labelValue,
    at: z.string(),
    source: z.enum(['person', 'chargeback', 'challenge']).meta({
      description: 'The stronger source counts: a person, then a chargeback, then how a challenge or a review ended.',
    }),
    reason: z.string().optional(),
    actor: actorJson,
  })
  .meta({ id: 'Label' })

export const claimJson = z.object({ actor: actorJson, claimedAt: z.string(), expiresAt: z.string() }).meta({ id: 'ReviewClaim' })

/** An instance with what decided it. */
export const instanceView = listedInstance
  .extend({
    userId: z.string(),
    action: z.string(),
    outcome: z.enum(['ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK']),
    rules: z.array(firedRule),
    ruleIds: z.array(z.string()),
    priorityRuleId: z.string().optional(),
    undeterminedRuleIds: z.array(z.string()),
    shadowRuleIds: z.array(z.string()),
    policyVersion: z.int(),
    configVersion: z.int(),
    dataVersion: z.string(),
    ipAddress: z.string().optional(),
    userAgent: z.string().optional(),
    deviceId: z.string().optional(),
    custom: z.record(z.string(), z.unknown()).optional(),
    confirmation: z
      .object({ at: z.string(), isConfirmed: z.boolean(), status: z.int().optional(), problem: z.string().optional() })
      .optional()
      .meta({ description: 'How the verification webhook of the action answered. Absent: it was not called.' }),
    review: z
      .object({ at: z.string(), state: reviewedState, reason: z.string(), actor: actorJson })
      .optional()
      .meta({ description: 'Who approved or rejected the action, and why. Absent: nobody did, or its state was set otherwise since.' }),
    dispute: disputeJson.optional().meta({ description: 'Who said that it was not the user, and what that took back.' }),
    label: labelJson.optional().meta({ description: 'What is known of how the action turned out. Absent: nothing.' }),
  })
  .meta({ id: 'Action' })

export function toListedInstance(instance: Instance): z.infer<typeof listedInstance> {
  return {
    actionCode: instance.action,
    idempotencyKey: instance.idempotencyKey,
    createdAt: toIso(instance.createdAt),
    updatedAt: toIso(instance.updatedAt),
    state: instance.state,
    stateUpdatedAt: toIso(instance.stateUpdatedAt),
    verificationMethod: instance.verificationMethod ?? undefined,
    verifiedByAuthenticatorId: instance.verifiedByAuthenticatorId ?? undefined,
    disputedAt: toIso(instance.disputedAt),
  }
}

/** `definition`: the policy at the version that decided, from which the rules have their names. */
export function toInstanceView(instance: Instance, definition: PolicyDefinition | undefined): z.infer<typeof instanceView> {
  return {
    ...toListedInstance(instance),
    userId: instance.userId,
    action: instance.action,
    outcome: instance.outcome,
    rules: instance.ruleIds.map((ruleId) => toFiredRule(ruleId, definition)),
    ruleIds: [...instance.ruleIds],
    priorityRuleId: instance.ruleIds[0],
    undeterminedRuleIds: [...instance.undeterminedRuleIds],
    shadowRuleIds: [...instance.shadowRuleIds],
    policyVersion: instance.policyVersion,
    configVersion: instance.configVersion,
    dataVersion: instance.dataVersion,
    ipAddress: instance.tracked.ipAddress,
    userAgent: instance.tracked.userAgent,
    deviceId: instance.tracked.deviceId,
    custom: instance.tracked.custom,
    confirmation: instance.confirmation && { ...instance.confirmation, at: toIso(instance.confirmation.at) },
    review: instance.review && { ...instance.review, at: toIso(instance.review.at) },
    dispute: toDispute(instance),
    label: instance.label && { ...instance.label, at: toIso(instance.label.at) },
  }
}

function toDispute({ disputedAt, dispute }: Instance): z.infer<typeof disputeJson> | undefined {
  if (disputedAt === null || dispute === undefined) return undefined
  const { reason, actor, effect } = dispute
  const { learnt, ...took } = effect
  return { at: toIso(disputedAt), reason, actor, sentence: disputeSentence(effect), learned: learnt ?? undefined, ...took }
}

export function toClaimJson({ actor, claimedAt, expiresAt }: ReviewClaim): z.infer<typeof claimJson> {
  return { actor, claimedAt: toIso(claimedAt), expiresAt: toIso(expiresAt) }
}

function toFiredRule(ruleId: string, definition: PolicyDefinition | undefined): z.infer<typeof firedRule> {
  const rule = definition?.rules.find((candidate) => candidate.ruleId === ruleId)
  return { ruleId, name: rule?.name ?? ruleId, description: rule?.description }
}
