import type { JsonValue, RuleDefinition, VerificationMethod } from '@sallyport/engine'
import { z } from 'zod'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import { jsonValue } from '../http/json-value.ts'
import { queryFlag } from '../http/query-flag.ts'
import { unsupported } from '../http/unsupported.ts'
import { maxSnoozes, ruleSnooze, toSnooze, toSnoozeJson } from './snooze-json.ts'

export const outcome = z.enum(['ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK'])
export const whenUnenrolled = z.enum(['ENROLL', 'BLOCK', 'ALLOW'])
/** Any text, so that `checkMethods` can refuse it with the method meant. What passed is a method. */
const method = z.string().min(1).max(64) as z.ZodType<VerificationMethod, string>
export const methods = z.array(method).max(32)

const conditions = z
  .record(z.string(), jsonValue)
  .meta({ description: 'JsonLogic. Absent, `{}` and an empty `and` always match. Kept verbatim.' })

const mode = z.enum(['active', 'shadow', 'off']).meta({ description: '`shadow`: evaluated and counted, never applied.' })

export const maxPriority = 99

/** A rule as it is sent. `null` clears a field, absence leaves it as it is. */
export const ruleFields = {
  name: z
    .string()
    .min(1)
    .max(256)
    .meta({ examples: ['High amount'] }),
  description: z.string().max(4096).nullish(),
  isActive: z.boolean(),
  priority: z.int().min(0).max(maxPriority).meta({ description: '0 comes first. Unique within an action.' }),
  type: outcome,
  conditions: conditions.nullish(),
  verificationMethods: methods.nullish(),
  ...unsupported('promptToEnrollVerificationMethods'),
  defaultVerificationMethod: (z.string().max(64) as z.ZodType<VerificationMethod, string>).nullish(),
  mode: mode.nullish(),
  whenUndetermined: z.enum(['MATCH_IF_STRICTER', 'SKIP']).nullish(),
  whenUnenrolled: whenUnenrolled.nullish(),
  expiresAt: z.iso.datetime({ offset: true }).nullish(),
  rolloutPercent: z.number().min(0).max(100).nullish(),
  snoozes: z
    .array(ruleSnooze)
    .max(maxSnoozes)
    .nullish()
    .meta({ description: 'For whom the rule is silenced, and until when. Absent: unchanged. Snoozes that have ended are left out.' }),
  challenge: z
    .strictObject({
      phishingResistant: z.boolean().optional(),
      userVerification: z.boolean().optional(),
      deviceBound: z.boolean().optional(),
      maxAgeSeconds: z.int().min(1).max(86_400).optional(),
    })
    .nullish(),
  tags: z.array(z.string().min(1).max(64)).max(32).nullish(),
  note: z.string().max(4096).nullish(),
}

/** What every change of a policy may say of itself. */
export const versionFields = {
  expectedPolicyVersion: z.int().optional().meta({ description: 'Refuses with 409 if the policy has changed since.' }),
  message: z.string().max(1024).optional().meta({ description: 'Reason for the change, stored with the version.' }),
}

/** The query that every save of a policy takes. */
export const saveQuery = z.strictObject({
  ignoreFailingTests: queryFlag
    .optional()
    .meta({ description: 'Saves the change even if a saved test fails. Otherwise such a change is refused with 409.' }),
  propose: queryFlag.optional().meta({
    description: 'Where the action requires approval: proposes the change and answers 202. Otherwise such a change is refused with 409.',
  }),
})

export type SaveQuery = z.infer<typeof saveQuery>

export const ruleId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'is not 1 to 64 letters, digits, `_` or `-`')

/** Members of the reply that a client may send back. */
const repeated = { tenantId: z.string().optional(), actionCode: z.string().optional() }

export const ruleCreateBody = z.strictObject({
  ...ruleFields,
  ruleId: ruleId.optional().meta({ description: 'Absent: a new id.' }),
  isActive: ruleFields.isActive.optional().meta({ description: 'Absent: as `mode` says, or active.' }),
  priority: ruleFields.priority.optional().meta({ description: '0 comes first. Unique within an action. Absent: after the last rule.' }),
  ...versionFields,
  ...repeated,
})
export const rulePatchBody = z.strictObject({ ...ruleFields, ruleId: z.string().optional(), ...versionFields, ...repeated }).partial()
export type RulePatch = z.infer<typeof rulePatchBody>

export const ruleReply = z
  .object({
    ...ruleFields,
    conditions: jsonValue.optional(),
    ruleId: z.string(),
    tenantId: z.string(),
    actionCode: z.string(),
    mode,
    policyVersion: z.int(),
    warnings: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Rule' })

/** Applies what was sent to a rule (or to nothing, for a new one). */
export function applyRulePatch(before: RuleDefinition, patch: RulePatch): RuleDefinition {
  const rule: RuleDefinition = { ...before }
  if (patch.name !== undefined) rule.name = patch.name
  if (patch.priority !== undefined) rule.priority = patch.priority
  if (patch.type !== undefined) rule.outcome = patch.type
  rule.mode = modeAfter(before.mode, patch)
  set(rule, 'description', patch.description)
  set(rule, 'conditions', patch.conditions as JsonValue | null | undefined)
  set(rule, 'verificationMethods', patch.verificationMethods)
  set(rule, 'defaultVerificationMethod', patch.defaultVerificationMethod)
  set(rule, 'whenUndetermined', patch.whenUndetermined)
  set(rule, 'whenUnenrolled', patch.whenUnenrolled)
  set(rule, 'expiresAt', patch.expiresAt == null ? patch.expiresAt : Date.parse(patch.expiresAt))
  set(rule, 'rolloutPercent', patch.rolloutPercent)
  set(rule, 'snoozes', patch.snoozes?.length === 0 ? null : patch.snoozes?.map(toSnooze))
  set(rule, 'challenge', patch.challenge)
  set(rule, 'tags', patch.tags)
  set(rule, 'note', patch.note)
  return rule
}

/** A rule as it is answered. */
export function toRuleJson(rule: RuleDefinition, place: { tenantId: string; actionCode: string; policyVersion: number }) {
  const { outcome: type, expiresAt, snoozes, promptToEnrollVerificationMethods: _, ...same } = rule
  return {
    ...same,
    ...place,
    type,
    isActive: rule.mode === 'active',
    ...(expiresAt === undefined ? {} : { expiresAt: toIso(expiresAt) }),
    ...(snoozes === undefined ? {} : { snoozes: snoozes.map(toSnoozeJson) }),
  }
}

/** `isActive` is the wire API's switch; `mode` knows one position more. Where both are sent they must agree. */
function modeAfter(before: RuleDefinition['mode'], patch: RulePatch): RuleDefinition['mode'] {
  if (patch.mode == null) return patch.isActive === undefined ? before : patch.isActive ? 'active' : before === 'shadow' ? 'shadow' : 'off'
  if (patch.isActive !== undefined && patch.isActive !== (patch.mode === 'active')) {
    throw new ApiError('invalid_request', `\`isActive\` and \`mode\` disagree: \`${patch.isActive}\` and \`${patch.mode}\``)
  }
  return patch.mode
}

function set<K extends keyof RuleDefinition>(rule: RuleDefinition, key: K, value: RuleDefinition[K] | null | undefined): void {
  if (value === null) delete rule[key]
  else if (value !== undefined) rule[key] = value
}
