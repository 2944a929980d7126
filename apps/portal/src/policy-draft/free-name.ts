import type { DraftRule } from './policy-draft.ts'

/** A name that no rule has yet: two rules of one name could not be told apart. */
export function freeName(rules: readonly DraftRule[], name: string): string {
  const taken = new Set(rules.map((rule) => rule.name))
  for (let count = 1; ; count += 1) {
    const suffix = count === 1 ? '' : ` ${count}`
    const free = `${name.slice(0, 256 - suffix.length)}${suffix}`
    if (!taken.has(free)) return free
  }
}
