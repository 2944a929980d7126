interface RuleOverlap {
  ruleId: string
  overlap: { hits: number; with: readonly { ruleId: string; events: number }[] }
}

/** How many of the hits of one rule another one has too. `undefined`: the first has none in the sample, so nothing can be said. */
export function overlapOf(rules: readonly RuleOverlap[], ruleId: string, other: string): { events: number; of: number } | undefined {
  const found = rules.find((rule) => rule.ruleId === ruleId)?.overlap
  if (found === undefined || found.hits === 0) return undefined
  return { events: found.with.find((one) => one.ruleId === other)?.events ?? 0, of: found.hits }
}
