import type { JsonValue } from '../facts/json-value.ts'
import type { State } from '../facts/outcome.ts'

/**
 * A velocity feature: something counted in a sliding window, which rules read as `velocity.<name>`. The event being decided is counted when
 * it passes the filters, unless they filter by state: a state is known only after the decision.
 */
export interface FeatureDefinition {
  name: string
  /** A sum leaves out negative numbers. */
  metric: 'count' | 'sum' | 'distinct'
  /** What is summed or counted as different: a signal or `custom.<name>`. Not for `count`. */
  of?: string
  /** Whose events are counted together. */
  per: 'user' | 'device' | 'address' | 'network' | `custom.${string}` | `user+custom.${string}`
  /** 1 minute to 90 days. */
  windowMinutes: number
  /** Count only these actions. Absent = all. */
  actions?: readonly string[]
  /** Count an instance when it reaches one of these states. Absent = count it when it is tracked, whatever happens to it later. */
  states?: readonly State[]
  /** Count only events for which this holds: JsonLogic over the signals of the event itself (see `eventSignals`) and `custom.*`. */
  condition?: JsonValue
  /**
   * The time (milliseconds UTC) from which the window is known to be complete; before it, the feature is `not_applicable`. Absent = it
   * always was. Does not change what the feature counts.
   */
  completeFrom?: number
  /** Tells a feature that was declared again from its earlier declaration: it starts over, even with the same definition. */
  since?: number
}

/** The custom field of `custom.<field>` and `user+custom.<field>`. */
export function fieldOf(per: FeatureDefinition['per']): string | undefined {
  const at = per.indexOf('custom.')
  return at === -1 ? undefined : per.slice(at + 'custom.'.length)
}
