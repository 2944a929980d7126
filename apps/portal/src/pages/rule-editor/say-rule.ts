import { explainRule } from '@sallyport/engine/explain'
import type { JsonValue } from '@sallyport/engine/facts'
import type { DraftRule } from '../../policy-draft/policy-draft.ts'
import type { World } from './read-world.ts'

/** The rule in the words of the engine. */
export function sayRule(rule: DraftRule, { words }: Pick<World, 'words'>): string {
  const { ruleId, name = '', type: outcome, mode, whenUndetermined, rolloutPercent, expiresAt } = rule
  const ends = expiresAt ? Date.parse(expiresAt) : Number.NaN
  const definition = {
    ruleId,
    name,
    priority: 0,
    outcome,
    mode,
    ...(rule.conditions ? { conditions: rule.conditions as JsonValue } : {}),
    ...(whenUndetermined ? { whenUndetermined } : {}),
    ...(typeof rolloutPercent === 'number' ? { rolloutPercent } : {}),
    ...(Number.isNaN(ends) ? {} : { expiresAt: ends }),
  }
  return explainRule(definition, words).sentence
}

/** A part of conditions in the words of the engine, without a period: `the address is anonymous`. */
export function sayPart(conditions: JsonValue, { words }: Pick<World, 'words'>): string {
  const rule = { ruleId: '', name: '', priority: 0, outcome: 'ALLOW', mode: 'active', conditions } as const
  return explainRule(rule, words)
    .sentence.replace(/^.*? when /, '')
    .replace(/\.$/, '')
}

/** A name for a rule that has none yet, from what it asks for. */
export function suggestName(conditions: JsonValue | undefined, world: Pick<World, 'words'>): string {
  if (conditions === undefined || JSON.stringify(conditions) === '{"and":[]}') return ''
  const said = sayPart(conditions, world)
  // What has no words is no name.
  if (said.includes('{')) return ''
  const text = said.replaceAll('`', '').replace(/^the /, '')
  const short = text.length > 60 ? `${text.slice(0, 57).replace(/\s+\S*$/, '')} …` : text
  return short.charAt(0).toUpperCase() + short.slice(1)
}
