interface RuleOverlap {
  ruleId: string
  mode?: 'active' | 'shadow' | 'off'
  overlap: { hits: number; with: readonly { ruleId: string; events: number }[] }
}

/** The API says no more of the rules that a rule has hits in common with. */
const mostListed = 20

/**
 * How many of the hits of one rule another one has too. `undefined`: nothing can be said, for the first has no hits in the sample, or the other was not evaluated.
 */
export function overlapOf(rules: readonly RuleOverlap[], ruleId: string, other: string): { events: number; of: number } | undefined {
  const found = rules.find((rule) => rule.ruleId === ruleId)?.overlap
  const mode = rules.find((rule) => rule.ruleId === other)?.mode
  if (found === undefined || found.hits === 0 || mode === undefined || mode === 'off') return undefined
  const events = found.with.find((one) => one.ruleId === other)?.events
  return events === undefined && found.with.length >= mostListed ? undefined : { events: events ?? 0, of: found.hits }
}
