import type { CheckedAction } from '../rules-as-code/check-action.ts'
import { print } from './command-file.ts'

/** Prints what looks like a mistake in rules that can be saved. */
export function printNotes(actions: readonly { checked: CheckedAction }[], indent = ''): void {
  for (const { checked } of actions) {
    if (checked.problem !== undefined) continue
    const { rules } = checked.definition
    for (const { ruleId, path, message } of checked.warnings) {
      const name = rules.find((rule) => rule.ruleId === ruleId)?.name ?? ruleId
      print(`${indent}note: ${name}: ${path} ${message}`)
    }
  }
}
