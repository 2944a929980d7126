import type { FeatureDefinition } from '@sallyport/engine/features'
import { fieldOf } from '@sallyport/engine/features'

/** What the form holds while a feature is written. */
export interface FeatureDraft {
  name: string
  metric: FeatureDefinition['metric']
  of: string
  /** `custom` and `user+custom` need a field. */
  per: 'user' | 'device' | 'address' | 'network' | 'custom' | 'user+custom'
  field: string
  window: string
  unit: keyof typeof minutesOf
  actions: readonly string[]
  states: readonly State[]
  condition: string
}

type State = NonNullable<FeatureDefinition['states']>[number]

export const minutesOf = { minutes: 1, hours: 60, days: 1440 } as const

export const emptyDraft: FeatureDraft = {
  name: '',
  metric: 'count',
  of: '',
  per: 'user',
  field: '',
  window: '1',
  unit: 'hours',
  actions: [],
  states: [],
  condition: '',
}

export type Definition = Omit<FeatureDefinition, 'completeFrom' | 'since'>

/** The definition that the form says, or what is missing yet, by the part of the form. */
export function definitionOf(draft: FeatureDraft): { definition: Definition } | { mistakes: Partial<Record<keyof FeatureDraft, string>> } {
  const mistakes: Partial<Record<keyof FeatureDraft, string>> = {}
  const { name, metric, per, field, unit, actions, states } = draft
  if (!/^[a-zA-Z][a-zA-Z0-9_]{0,63}$/.test(name)) mistakes.name = 'A letter, then letters, digits and underscores.'
  if (metric !== 'count' && draft.of.trim() === '') mistakes.of = metric === 'sum' ? 'What is added up?' : 'What is told apart?'
  const needsField = per === 'custom' || per === 'user+custom'
  if (needsField && field.trim() === '') mistakes.field = 'Which data point?'
  const windowMinutes = Number(draft.window) * minutesOf[unit]
  if (!Number.isInteger(windowMinutes) || windowMinutes < 1 || windowMinutes > 129_600) mistakes.window = 'From one minute to 90 days.'
  const condition = conditionOf(draft.condition)
  if ('mistake' in condition) mistakes.condition = condition.mistake
  if (Object.keys(mistakes).length > 0 || 'mistake' in condition) return { mistakes }
  return {
    definition: {
      name,
      metric,
      ...(metric !== 'count' && { of: draft.of.trim() }),
      per: needsField ? (`${per}.${field.trim()}` as FeatureDefinition['per']) : (per as 'user'),
      windowMinutes,
      ...(actions.length > 0 && { actions }),
      ...(states.length > 0 && { states }),
      ...condition,
    },
  }
}

function conditionOf(text: string): { condition?: Record<string, never> } | { mistake: string } {
  if (text.trim() === '') return {}
  try {
    const condition: unknown = JSON.parse(text)
    if (typeof condition === 'object' && condition !== null && !Array.isArray(condition))
      return { condition: condition as Record<string, never> }
  } catch {
    // Said below.
  }
  return { mistake: 'A condition is JsonLogic: {">": [{"var": "custom.amount"}, 100]}' }
}

/** Whose events are counted together, in a word or two. */
export function wordsOfPer(per: FeatureDefinition['per']): string {
  const field = fieldOf(per)
  if (field === undefined) return per
  return per.startsWith('user+') ? `user and ${field}` : field
}

/** The window in its largest whole unit: `10 minutes`, `1 day`. */
export function wordsOfWindow(minutes: number): string {
  const unit = minutes % 1440 === 0 ? 'days' : minutes % 60 === 0 ? 'hours' : 'minutes'
  const count = minutes / minutesOf[unit]
  return `${count.toLocaleString()} ${count === 1 ? unit.slice(0, -1) : unit}`
}
