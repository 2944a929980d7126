import type { JsonValue } from '../facts/json-value.ts'
import type { FieldChange } from '../policy/changed-fields.ts'
import type { RuleDefinition } from '../policy/policy-definition.ts'
import { explainRule } from './explain-rule.ts'
import { formatTime } from './format-time.ts'
import { phraseSnoozeChange } from './phrase-snooze.ts'
import { type ExplainOptions, showPlain } from './vocabulary.ts'

/** Says in one sentence how a rule changed. */
export function phraseRuleChange(
  before: RuleDefinition,
  after: RuleDefinition,
  fields: readonly FieldChange[],
  options: ExplainOptions,
): string {
  const parts = fields.map((change) => phraseField(change, before, after, options))
  return `Rule *${after.name}*: ${parts.join('; ')}.`
}

function phraseField(change: FieldChange, before: RuleDefinition, after: RuleDefinition, options: ExplainOptions): string {
  switch (change.field) {
    case 'name':
      return `was called *${before.name}*`
    case 'outcome':
      return `${after.outcome} instead of ${before.outcome}`
    case 'conditions':
      return `applies ${whenOf(after, options)}, before ${whenOf(before, options)}`
    case 'mode':
      return modes[after.mode]
    case 'description':
    case 'note':
      return change.after === undefined ? `its ${change.field} is gone` : `has another ${change.field}`
    case 'challenge':
      return `demands ${demands(after)} of the proof, before ${demands(before)}`
    case 'expiresAt':
      return `ends ${day(after.expiresAt)} instead of ${day(before.expiresAt)}`
    case 'snoozes':
      return phraseSnoozeChange(before.snoozes, after.snoozes)
    default:
      return `${labels[change.field] ?? `\`${change.field}\` is`} ${shown(change.after)} instead of ${shown(change.before)}`
  }
}

const modes: Record<RuleDefinition['mode'], string> = {
  active: 'is applied now',
  shadow: 'is in shadow now, recorded but not applied',
  off: 'is switched off now',
}

const labels: Readonly<Record<string, string>> = {
  priority: 'its priority is',
  rolloutPercent: 'its share of the users in percent is',
  verificationMethods: 'the methods that may answer it are',
  defaultVerificationMethod: 'the method shown first is',
  promptToEnrollVerificationMethods: 'what it offers to enrol is',
  whenUnenrolled: 'for a user without an authenticator it means',
  whenUndetermined: 'when it cannot be determined it does',
  tags: 'its tags are',
}

/**
 * `when the address is anonymous`: the sentence of `explainRule` without the outcome and the notes, which are compared as fields of their
 * own.
 */
function whenOf(rule: RuleDefinition, options: ExplainOptions): string {
  const bare: RuleDefinition = {
    ruleId: rule.ruleId,
    name: rule.name,
    priority: 0,
    outcome: 'ALLOW',
    mode: 'active',
    conditions: rule.conditions,
  }
  const { sentence } = explainRule(bare, options)
  return sentence.replace(/^Allow /, '').replace(/\.$/, '')
}

function demands({ challenge = {} }: RuleDefinition): string {
  const parts = Object.entries(challenge).filter(([, value]) => value !== undefined && value !== false)
  return parts.length === 0 ? 'nothing' : parts.map(([name, value]) => (value === true ? name : `${name} ${value}`)).join(', ')
}

function day(time: number | undefined): string {
  return time === undefined ? 'never' : `at ${formatTime(time)}`
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'not set'
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : value.map(shown).join(', ')
  return showPlain(value)
}
