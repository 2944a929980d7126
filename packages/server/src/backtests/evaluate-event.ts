import { decide, entitiesOf, type Policy, type Snapshot } from '@sallyport/engine'
import { z } from 'zod'
import { explainInstance, explanation } from '../actions/explain-instance.ts'
import type { TrustedProxies } from '../addresses/parse-client-address.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import type { ConfiguredAction, Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { storableText, userId } from '../http/identifier.ts'
import { isoTime } from '../http/iso-time.ts'
import { jsonValue } from '../http/json-value.ts'
import { wireState } from '../http/wire-state.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import { outcome } from '../rules/rule-json.ts'
import { checkDraft, type DraftPolicy } from '../rules-document/draft-policy.ts'
import type { Store } from '../storage/store.ts'
import { readClientAddress, toTrackedEvent } from '../tracked/tracked-event.ts'

/** An event to try out: what a track would send, and what is to be assumed of the user. */
export const triedEvent = z
  .strictObject({
    userId: userId.optional().meta({ description: 'A user of yours, with the stored profile. Absent: an unknown user.' }),
    ipAddress: z.string().max(4096).nullish(),
    userAgent: z.string().max(8192).nullish(),
    deviceId: storableText(256).nullish(),
    isDeviceProven: z
      .boolean()
      .optional()
      .meta({ description: 'Whether a good proof of the device id comes with it. Absent: none comes.' }),
    custom: z.record(z.string().max(256), z.unknown()).nullish(),
    at: isoTime.optional().meta({ description: 'Time of the event. Absent: now.' }),
    user: z
      .strictObject({
        email: storableText(320).optional(),
        phoneNumber: storableText(64).optional(),
        custom: z.record(z.string().max(256), jsonValue).optional(),
        enrolledVerificationMethods: z.array(z.string().max(64)).max(32).optional(),
      })
      .optional()
      .meta({ description: 'Replaces the stored data of the user.' }),
  })
  .meta({ id: 'TriedEvent' })

export const evaluation = z
  .object({
    state: wireState,
    outcome,
    ruleId: z.string().optional().meta({ description: 'The rule that gave the outcome. Absent: none matched.' }),
    ruleIds: z.array(z.string()),
    undeterminedRuleIds: z.array(z.string()),
    shadowRuleIds: z.array(z.string()),
    isEnrolled: z.boolean(),
    allowedVerificationMethods: z.array(z.string()),
    isDraft: z.boolean(),
    policyVersion: z.int().optional().meta({ description: 'Absent for a draft.' }),
    dataVersion: z.string(),
    explanation,
    warnings: z.array(z.object({ ruleId: z.string(), path: z.string(), message: z.string() })),
  })
  .meta({ id: 'Evaluation' })

export interface EvaluateEventDeps {
  store: Pick<Store, 'loadSnapshot'>
  ip: Pick<IpIntelligence, 'lookUp' | 'dataVersion'>
  trustedProxies: TrustedProxies
  methods: readonly NamedMethod[]
  clock: () => number
  newId: () => string
}

/**
 * Decides an event as a track of it now would be decided, by the policy in force or by a draft. Nothing is stored, counted or learnt, and no user or
 * action is put on record.
 */
export async function evaluateEvent(
  deps: EvaluateEventDeps,
  tenant: Tenant,
  action: ConfiguredAction,
  { event: tried, draft }: { event: z.infer<typeof triedEvent>; draft?: DraftPolicy | undefined },
): Promise<z.infer<typeof evaluation>> {
  const checked = draft === undefined ? undefined : checkDraft(tenant, action, draft)
  const policy: Policy = checked?.policy ?? action.policy
  const key = {
    tenantId: tenant.tenantId,
    userId: tried.userId ?? `nobody-${deps.newId()}`,
    action: action.actionCode,
    idempotencyKey: deps.newId(),
  }
  const address = readClientAddress(tried.ipAddress, deps.trustedProxies)
  const { isDeviceProven } = tried
  const deviceProof = isDeviceProven === undefined ? undefined : isDeviceProven ? 'valid' : 'refused'
  const place = { key, at: tried.at ?? deps.clock(), requiredDataPoints: action.settings.requiredDataPoints, deviceProof } as const
  const event = toTrackedEvent(deps, tenant, place, tried, address)
  const stored = await deps.store.loadSnapshot(tenant.tenantId, key.userId, entitiesOf(event, policy.context.features))
  const snapshot = assuming(stored, tried.user)
  const { decision, changes } = decide(policy, snapshot, event)
  const { instance } = changes
  return {
    state: decision.state,
    outcome: decision.outcome,
    ruleId: decision.ruleId ?? undefined,
    ruleIds: [...instance.ruleIds],
    undeterminedRuleIds: [...instance.undeterminedRuleIds],
    shadowRuleIds: [...instance.shadowRuleIds],
    isEnrolled: decision.isEnrolled,
    allowedVerificationMethods: [...decision.allowedVerificationMethods],
    isDraft: checked !== undefined,
    policyVersion: checked === undefined ? policy.definition.version : undefined,
    dataVersion: event.dataVersion,
    explanation: explainInstance(deps.methods, tenant, instance, policy, snapshot.user),
    warnings: checked?.warnings ?? [],
  }
}

/** The action in force; refuses one that was never configured or tracked as not found. */
export function actionInForce(tenant: Tenant, actionCode: string): ConfiguredAction {
  const action = tenant.actions.get(actionCode)
  if (action === undefined) throw new ApiError('not_found', `there is no action \`${actionCode}\``)
  return action
}

function assuming(snapshot: Snapshot, user: z.infer<typeof triedEvent>['user']): Snapshot {
  if (user === undefined) return snapshot
  const { email, phoneNumber, custom, enrolledVerificationMethods } = user
  const known = snapshot.user
  return {
    ...snapshot,
    user: {
      ...known,
      email: email ?? known.email,
      phoneNumber: phoneNumber ?? known.phoneNumber,
      custom: custom === undefined ? known.custom : Object.assign(Object.create(null), custom),
      enrolledMethods: enrolledVerificationMethods ?? known.enrolledMethods,
    },
  }
}
