import type { Instance, PolicyDefinition } from '@sallyport/engine'
import { z } from 'zod'
import { actorJson } from '../audit/actor.ts'
import { toIso } from '../http/iso-time.ts'
import { wireState } from '../http/wire-state.ts'

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
  }
}

function toFiredRule(ruleId: string, definition: PolicyDefinition | undefined): z.infer<typeof firedRule> {
  const rule = definition?.rules.find((candidate) => candidate.ruleId === ruleId)
  return { ruleId, name: rule?.name ?? ruleId, description: rule?.description }
}
