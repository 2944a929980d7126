import { type ConditionFinding, type ConditionsContext, validateConditions } from '@sallyport/engine/check'
import type { JsonValue } from '@sallyport/engine/facts'
import type { DraftRule } from '../policy-draft/policy-draft.ts'
import { findPath } from './find-part.ts'
import { type Path, replaceAt, valueAt } from './json-place.ts'

/** Something that is wrong with a rule, or that its author should read. */
export interface RuleProblem {
  severity: 'error' | 'warning'
  message: string
  /** The field of the rule. */
  field: 'conditions' | 'name' | 'rolloutPercent' | 'expiresAt' | 'maxAgeSeconds'
  /** Where in the conditions. */
  path?: Path
  /** What was probably meant there. */
  meant?: string
}

/** Everything that is wrong with a rule, all at once. Conditions are checked by the engine, in the words in which the API would refuse them. */
export function findProblems(rule: DraftRule, others: readonly DraftRule[], context: ConditionsContext, now: number): RuleProblem[] {
  const conditions = (rule.conditions ?? undefined) as JsonValue | undefined
  return [...fieldProblems(rule, others, now), ...validateConditions(conditions, context).map((finding) => placed(conditions, finding))]
}

function placed(conditions: JsonValue | undefined, { severity, message, path: text }: ConditionFinding): RuleProblem {
  const path = findPath(conditions, text)
  const meant = /(?:did you mean|: write) `([^`]+)`/.exec(message)?.[1]
  const isText = typeof valueAt(conditions, path) === 'string'
  return { severity, message, field: 'conditions', path, ...(meant !== undefined && isText ? { meant } : {}) }
}

/** The conditions with what was meant in place of what is written. */
export function correct(conditions: JsonValue, { path = [], meant }: RuleProblem): JsonValue {
  return meant === undefined ? conditions : replaceAt(conditions, path, meant)
}

function fieldProblems(rule: DraftRule, others: readonly DraftRule[], now: number): RuleProblem[] {
  const problems: RuleProblem[] = []
  const say = (field: RuleProblem['field'], severity: RuleProblem['severity'], message: string) =>
    problems.push({ field, severity, message })
  const name = rule.name ?? ''
  if (name.trim() === '') say('name', 'error', 'the rule has no name; people read it in receipts, so give it one')
  else if (name.length > 256) say('name', 'error', 'the name is longer than 256 characters; shorten it')
  if (others.some((other) => other.ruleId !== rule.ruleId && other.name === name && name !== ''))
    say('name', 'warning', `another rule of this action is called \`${name}\` too; nobody can tell them apart in a receipt`)
  const share = rule.rolloutPercent
  if (typeof share === 'number' && (share < 0 || share > 100)) say('rolloutPercent', 'error', 'the share of users is from 0 to 100 percent')
  else if (share === 0) say('rolloutPercent', 'warning', 'can never match: it is rolled out to 0 percent of the users')
  const ends = rule.expiresAt ? Date.parse(rule.expiresAt) : undefined
  if (ends !== undefined && ends <= now)
    say('expiresAt', 'warning', 'the rule has expired: it no longer matches; choose a later time or none')
  const age = rule.challenge?.maxAgeSeconds
  if (age !== undefined && (!Number.isInteger(age) || age < 1 || age > 86_400))
    say('maxAgeSeconds', 'error', 'a proof stays valid for 1 second to 24 hours (86400 seconds)')
  return problems
}
