import { findSignal, type Instance, isMissing, type Policy, type SignalName, type Signals } from '@sallyport/engine'
import { z } from 'zod'
import { labelValue, reviewedState } from '../actions/instance-json.ts'
import { toIso } from '../http/iso-time.ts'
import { wireState } from '../http/wire-state.ts'
import { outcome } from '../rules/rule-json.ts'

/** An event as lists show it. */
export const listedEvent = z
  .object({
    userId: z.string(),
    action: z.string(),
    idempotencyKey: z.string(),
    createdAt: z.string(),
    state: wireState,
    stateUpdatedAt: z.string(),
    outcome,
    sentence: z.string().meta({ description: 'Why it was decided so.' }),
    rule: z.object({ ruleId: z.string(), name: z.string() }).optional().meta({ description: 'The rule that decided. Absent: none did.' }),
    score: z.number().optional().meta({ description: '`risk.score`, 0 to 100.' }),
    ipAddress: z.string().optional(),
    country: z.string().optional().meta({ description: 'Of the address: ISO 3166-1 alpha-2.' }),
    deviceId: z.string().optional(),
    verificationMethod: z.string().optional(),
    label: labelValue.optional(),
    disputedAt: z.string().optional(),
    review: z.object({ at: z.string(), state: reviewedState }).optional(),
  })
  .meta({ id: 'Event' })

export interface EventLine {
  sentence: string
  /** As they were stored with the instance. */
  signals: Signals
  policy: Policy | undefined
}

export function toListedEvent(instance: Instance, { sentence, signals, policy }: EventLine): z.infer<typeof listedEvent> {
  const [ruleId] = instance.ruleIds
  return {
    userId: instance.userId,
    action: instance.action,
    idempotencyKey: instance.idempotencyKey,
    createdAt: toIso(instance.createdAt),
    state: instance.state,
    stateUpdatedAt: toIso(instance.stateUpdatedAt),
    outcome: instance.outcome,
    sentence,
    rule: ruleId === undefined ? undefined : { ruleId, name: ruleName(policy, ruleId) },
    score: numberOf(signals, 'risk.score'),
    ipAddress: instance.tracked.ipAddress,
    country: textOf(signals, 'ip.location.country.countryCode'),
    deviceId: instance.tracked.deviceId,
    verificationMethod: instance.verificationMethod ?? undefined,
    label: instance.label?.value,
    disputedAt: toIso(instance.disputedAt),
    review: instance.review && { at: toIso(instance.review.at), state: instance.review.state },
  }
}

function ruleName(policy: Policy | undefined, ruleId: string): string {
  return policy?.definition.rules.find((rule) => rule.ruleId === ruleId)?.name ?? ruleId
}

function signalOf({ values }: Signals, name: SignalName): unknown {
  const value = values[findSignal(name)?.position ?? -1]
  return isMissing(value) ? undefined : value
}

export function numberOf(signals: Signals, name: SignalName): number | undefined {
  const value = signalOf(signals, name)
  return typeof value === 'number' ? value : undefined
}

export function textOf(signals: Signals, name: SignalName): string | undefined {
  const value = signalOf(signals, name)
  return typeof value === 'string' ? value : undefined
}
