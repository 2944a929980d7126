import type { JsonValue } from '../facts/json-value.ts'
import type { State } from '../facts/outcome.ts'

/**
 * A velocity feature: something counted in a sliding window, readable in rules as `velocity.<name>`. The event that is being decided is counted
 * when it passes the filters, unless it is filtered by state: a state is only known after the decision.
 */
export interface FeatureDefinition {
  name: string
  metric: 'count' | 'sum' | 'distinct'
  /** What is summed or told apart: a signal or `custom.<name>`. Not for `count`. */
  of?: string
  /** Whose events are counted together. */
  per: 'user' | 'device' | 'address' | 'network' | `custom.${string}` | `user+custom.${string}`
  /** 1 minute to 90 days. */
  windowMinutes: number
  /** Count only these actions. Absent = all. */
  actions?: readonly string[]
  /** Count an instance when it comes into one of these states. Absent = count it when it is tracked, whatever becomes of it. */
  states?: readonly State[]
  /** Count only events for which this holds: JsonLogic over the facts of the event itself (see `featureConditionSignals`) and `custom.*`. */
  condition?: JsonValue
  /**
   * From this time on (milliseconds UTC) the window is known to hold everything; before, the feature is `not_applicable`. Absent = it always was.
   * Not part of what the feature counts.
   */
  completeFrom?: number
  /** Which declaration it is, for a feature that was declared before: what is declared anew begins anew, also when it says the same. */
  since?: number
}

/** The custom field of `custom.<field>` and `user+custom.<field>`. */
export function fieldOf(per: FeatureDefinition['per']): string | undefined {
  const at = per.indexOf('custom.')
  return at === -1 ? undefined : per.slice(at + 'custom.'.length)
}
