import type { Answer } from '../../api/api.ts'

export type Rule = Answer<'get', '/action-configurations/{actionCode}/rules'>[number]
export type Action = Answer<'get', '/action-configurations'>[number]
export interface ActionRules {
  action: Action
  rules: readonly Rule[]
}

/** A rule that is silenced for a user. */
export interface Snoozed {
  action: Action
  rule: Rule
  until: string
  reason: string
  by: string | undefined
}

/** Which rules are silenced for a user, the first to end first. */
export function snoozesOf(userId: string, actions: readonly ActionRules[]): Snoozed[] {
  return actions
    .flatMap(({ action, rules }) =>
      rules.flatMap((rule) =>
        (rule.snoozes ?? [])
          .filter((snooze) => snooze.userId === userId)
          .map(({ until, reason, by }) => ({ action, rule, until, reason, by })),
      ),
    )
    .sort((a, b) => Date.parse(a.until) - Date.parse(b.until))
}

/** The rules that can be silenced: those in force that make an outcome stricter. */
export function rulesToSnooze(actions: readonly ActionRules[]): { action: Action; rule: Rule }[] {
  return actions.flatMap(({ action, rules }) =>
    rules.filter((rule) => rule.mode !== 'off' && rule.type !== 'ALLOW').map((rule) => ({ action, rule })),
  )
}
