import type { PolicyDefinition, RuleDefinition } from '@sallyport/engine'

/** The policy without snoozes that have ended. They do nothing any more, and every version that is written leaves them out. */
export function withoutEndedSnoozes(policy: PolicyDefinition, at: number): PolicyDefinition {
  if (policy.rules.every(({ snoozes }) => snoozes === undefined)) return policy
  return { ...policy, rules: policy.rules.map((rule) => liveRule(rule, at)) }
}

function liveRule(rule: RuleDefinition, at: number): RuleDefinition {
  const { snoozes, ...rest } = rule
  if (snoozes === undefined) return rule
  const live = snoozes.filter(({ until }) => until > at)
  return live.length === 0 ? rest : live.length === snoozes.length ? rule : { ...rest, snoozes: live }
}
