import { givePriorities } from './give-priorities.ts'
import { isEqual } from './is-equal.ts'
import type { DraftRule, PolicyDraft } from './policy-draft.ts'

/** Something that both have changed, in different ways. One of the two has to be chosen. */
export interface Conflict {
  /** Stable, for the choice: `rule:<ruleId>` or the name of a setting. */
  id: string
  /** The rule, or `undefined` for a setting of the whole policy. */
  ruleId?: string
  /** Of the rule, as it was last called. */
  name?: string
  /** The fields that clash. Empty: one has removed the rule that the other has changed. */
  fields: readonly string[]
}

export interface Merged {
  draft: PolicyDraft
  conflicts: Conflict[]
}

type Choice = 'mine' | 'theirs'
type Member = Record<string, unknown>

const policyFields = ['defaultUserActionResult', 'whenUnenrolled', 'verificationMethods', 'requires', 'whenMissing'] as const

/**
 * Both changes of one policy together, field by field. Where only one has changed something, that stands; where both have, `choose` says whose stands (mine, unless
 * chosen otherwise).
 */
export function mergeDrafts(
  { base, mine, theirs }: { base: PolicyDraft; mine: PolicyDraft; theirs: PolicyDraft },
  choose: (conflictId: string) => Choice = () => 'mine',
): Merged {
  const conflicts: Conflict[] = []
  const draft: Member = {}
  for (const field of policyFields) {
    const merged = mergeValue(base[field], mine[field], theirs[field])
    if (merged === 'conflict') {
      conflicts.push({ id: field, fields: [field] })
      draft[field] = (choose(field) === 'mine' ? mine : theirs)[field]
    } else draft[field] = merged.value
  }
  const rules: DraftRule[] = []
  for (const ruleId of orderOf(base.rules, mine.rules, theirs.rules)) {
    const [was, one, other] = [base, mine, theirs].map((policy) => policy.rules.find((rule) => rule.ruleId === ruleId))
    const rule = mergeRule(was, one, other, (conflict) => {
      conflicts.push(conflict)
      return choose(conflict.id)
    })
    if (rule !== undefined) rules.push(rule)
  }
  return { draft: { ...(draft as Omit<PolicyDraft, 'rules'>), rules: givePriorities(rules, theirs.rules) }, conflicts }
}

function mergeRule(
  was: DraftRule | undefined,
  mine: DraftRule | undefined,
  theirs: DraftRule | undefined,
  choose: (conflict: Conflict) => Choice,
): DraftRule | undefined {
  if (was === undefined) return mine ?? theirs
  if (mine === undefined && theirs === undefined) return undefined
  const name = theirs?.name ?? was.name
  const id = `rule:${was.ruleId}`
  if (mine === undefined || theirs === undefined) {
    const [kept, keeper]: [DraftRule | undefined, Choice] = mine === undefined ? [theirs, 'theirs'] : [mine, 'mine']
    const isUnchanged = isEqual({ ...kept, priority: 0 }, { ...was, priority: 0 })
    if (isUnchanged) return undefined
    return choose({ id, ruleId: was.ruleId, name, fields: [] }) === keeper ? kept : undefined
  }
  const rule: Member = {}
  const clashes: string[] = []
  for (const field of new Set([was, mine, theirs].flatMap((one) => Object.keys(one)))) {
    // The order of the rules makes their priorities.
    if (field === 'priority') continue
    const merged = mergeValue((was as Member)[field], (mine as Member)[field], (theirs as Member)[field])
    if (merged === 'conflict') clashes.push(field)
    else if (merged.value !== undefined) rule[field] = merged.value
  }
  if (clashes.length > 0) {
    const winner = (choose({ id, ruleId: was.ruleId, name, fields: clashes }) === 'mine' ? mine : theirs) as Member
    for (const field of clashes) if (winner[field] !== undefined) rule[field] = winner[field]
  }
  return rule as DraftRule
}

function mergeValue(was: unknown, mine: unknown, theirs: unknown): { value: unknown } | 'conflict' {
  if (isEqual(mine, theirs) || isEqual(theirs, was)) return { value: mine }
  if (isEqual(mine, was)) return { value: theirs }
  return 'conflict'
}

/** My order if I have moved rules, else theirs; rules that only the other has stand behind the rule that they stand behind there. */
function orderOf(base: readonly DraftRule[], mine: readonly DraftRule[], theirs: readonly DraftRule[]): string[] {
  const ids = (rules: readonly DraftRule[]) => rules.map(({ ruleId }) => ruleId)
  const known = new Set(ids(base))
  const inBoth = (rules: readonly DraftRule[], others: readonly DraftRule[]) =>
    ids(rules).filter((id) => known.has(id) && others.some(({ ruleId }) => ruleId === id))
  const hasMoved = !isEqual(inBoth(mine, base), inBoth(base, mine))
  const [first, second] = hasMoved ? [ids(mine), ids(theirs)] : [ids(theirs), ids(mine)]
  const order = [...first]
  for (const [place, id] of second.entries()) {
    if (order.includes(id)) continue
    const before = second.slice(0, place).findLast((earlier) => order.includes(earlier))
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, id)
  }
  return order
}
