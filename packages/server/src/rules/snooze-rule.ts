import type { RuleDefinition } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import { existing } from '../configuration/policy-row.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Proposed } from './needs-approval.ts'
import { ruleOf } from './rule-of.ts'
import { type SavedPolicyVersion, type SavePolicyDeps, savePolicy } from './save-policy.ts'
import { isSameSubject, maxSnoozes, nameSubject, type SnoozeSubject, toSnooze, toSubject } from './snooze-json.ts'

export interface SnoozeInput extends SnoozeSubject {
  until: string
  reason: string
}

/** The rule that is changed, and how its next version comes about. */
export interface SnoozedPlace {
  tenantId: string
  actor: Actor
  actionCode: string
  ruleId: string
  expectedPolicyVersion?: number | undefined
  message?: string | undefined
  ignoreFailingTests?: boolean | undefined
  propose?: boolean | undefined
}

/**
 * Silences a rule for one user, device or network until a time, as a new version of the policy. A snooze for the same subject is replaced. Refuses a time
 * that has passed, and a rule that allows: silencing it could only make decisions stricter, and no snooze does.
 */
export function snoozeRule(deps: SavePolicyDeps, place: SnoozedPlace, input: SnoozeInput): Promise<SavedPolicyVersion | Proposed> {
  const at = deps.clock()
  const { actor } = place
  const by = (actor.name ?? actor.id)?.slice(0, 256)
  const snooze = toSnooze({ ...input, ...(by === undefined ? {} : { by }) })
  if (snooze.until <= at) throw new ApiError('invalid_request', '`until` is in the past')
  return changeSnoozes(deps, place, 'rule.snoozed', snooze, (rule) => {
    if (rule.outcome === 'ALLOW')
      throw new ApiError('invalid_request', `the rule *${rule.name.slice(0, 64)}* allows, so a snooze would do nothing`)
    const others = (rule.snoozes ?? []).filter((other) => other.until > at && !isSameSubject(other, snooze))
    if (others.length >= maxSnoozes) throw new ApiError('invalid_request', `a rule has at most ${maxSnoozes} snoozes`)
    return [...others, snooze]
  })
}

/** Ends a snooze before its time. */
export function wakeRule(deps: SavePolicyDeps, place: SnoozedPlace, given: SnoozeSubject): Promise<SavedPolicyVersion | Proposed> {
  const at = deps.clock()
  const subject = toSubject(given)
  return changeSnoozes(deps, place, 'rule.woken', subject, (rule) => {
    const live = (rule.snoozes ?? []).filter(({ until }) => until > at)
    const others = live.filter((other) => !isSameSubject(other, subject))
    if (others.length === live.length) throw new ApiError('not_found', `the rule is not snoozed for ${nameSubject(subject)}`)
    return others
  })
}

function changeSnoozes(
  deps: SavePolicyDeps,
  { ruleId, expectedPolicyVersion: expectedVersion, ...place }: SnoozedPlace,
  event: string,
  { userId, deviceId }: SnoozeSubject,
  change: (rule: RuleDefinition) => NonNullable<RuleDefinition['snoozes']>,
): Promise<SavedPolicyVersion | Proposed> {
  // The user is named by the entry and not in its details, so that an erasure of the user finds it.
  const details = { ruleId, for: userId !== undefined ? 'user' : deviceId !== undefined ? 'device' : 'address' }
  return savePolicy(deps, { ...place, event, expectedVersion, userId, details }, (current) => {
    const { definition, settings } = existing(current, place.actionCode)
    const before = ruleOf(definition.rules, ruleId)
    const { snoozes: _, ...rest } = before
    const snoozes = change(before)
    const after: RuleDefinition = snoozes.length === 0 ? rest : { ...rest, snoozes }
    return { definition: { ...definition, rules: definition.rules.map((rule) => (rule === before ? after : rule)) }, settings }
  })
}
