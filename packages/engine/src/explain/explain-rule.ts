import type { Outcome } from '../facts/outcome.ts'
import type { RuleDefinition } from '../policy/policy-definition.ts'
import { type Clause, clauseOf, inline } from './clause.ts'
import { formatNumber } from './format-number.ts'
import { formatTime } from './format-time.ts'
import { outcomeWords } from './outcome-words.ts'
import { phraseSubject } from './phrase-snooze.ts'
import type { ExplainOptions } from './vocabulary.ts'

export interface RuleExplanation {
  /** One exact sentence: what the rule does and when. */
  sentence: string
  /** The same with its structure. */
  structure: { outcome: Outcome; when: Clause; notes: readonly string[] }
}

/** Says in plain English when a rule applies and what it does. */
export function explainRule(rule: RuleDefinition, options: ExplainOptions = {}): RuleExplanation {
  const when = clauseOf(rule.conditions, options)
  const notes = notesOf(rule)
  const suffix = notes.length === 0 ? '' : ` (${notes.join('; ')})`
  return { sentence: `${lead(rule.outcome, when)}${suffix}.`, structure: { outcome: rule.outcome, when, notes } }
}

function lead(outcome: Outcome, when: Clause): string {
  const { verb } = outcomeWords[outcome]
  if (when.kind === 'always') return `${verb} always`
  if (when.kind === 'never') return `${verb} never: the conditions cannot hold`
  return `${verb} when ${inline(when)}`
}

function notesOf(rule: RuleDefinition): string[] {
  const notes: string[] = []
  if (rule.mode === 'shadow') notes.push('in shadow: recorded, not applied')
  if (rule.mode === 'off') notes.push('switched off')
  if (rule.rolloutPercent !== undefined) notes.push(`for ${formatNumber(rule.rolloutPercent)}% of the users`)
  if (rule.expiresAt !== undefined) notes.push(`until ${formatTime(rule.expiresAt)}`)
  const [snooze, ...others] = [...(rule.snoozes ?? [])].sort((a, b) => b.until - a.until)
  if (snooze !== undefined) {
    const whom = others.length === 0 ? phraseSubject(snooze) : `${others.length + 1} users, devices or networks`
    notes.push(`snoozed for ${whom} until ${formatTime(snooze.until)}${others.length === 0 ? '' : ' at the latest'}`)
  }
  if (rule.whenUndetermined === 'SKIP') notes.push('skipped while a signal it needs is unavailable')
  return notes
}
