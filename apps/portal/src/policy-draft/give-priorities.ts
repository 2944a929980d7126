import type { DraftRule } from './policy-draft.ts'

const most = 99

/**
 * Gives rules the priorities that their order asks for, and changes as few as it can: a rule keeps the priority that it has in the base where there is room for
 * those around it.
 */
export function givePriorities(rules: readonly DraftRule[], base: readonly DraftRule[]): DraftRule[] {
  const known = new Map(base.map(({ ruleId, priority }) => [ruleId, priority]))
  const kept = keptPriorities(rules.map(({ ruleId }) => known.get(ruleId)))
  let last = -1
  return rules.map((rule, place) => {
    last = kept.get(place) ?? last + 1
    return { ...rule, priority: last }
  })
}

/**
 * The longest run of priorities that can all stay, by place: between two of them there must be a number for each rule that stands between, so what is left of each
 * when its place is taken away never falls.
 */
function keptPriorities(priorities: readonly (number | undefined)[]): Map<number, number> {
  const spare = priorities.map((priority, place) => {
    const hasRoom = priority !== undefined && priority >= place && most - priority >= priorities.length - 1 - place
    return hasRoom ? priority - place : undefined
  })
  const best: { length: number; before: number }[] = []
  let end = -1
  for (const [place, own] of spare.entries()) {
    const found = { length: own === undefined ? 0 : 1, before: -1 }
    for (let earlier = 0; own !== undefined && earlier < place; earlier += 1) {
      const other = spare[earlier]
      const length = (best[earlier]?.length ?? 0) + 1
      if (other !== undefined && other <= own && length > found.length) Object.assign(found, { length, before: earlier })
    }
    best.push(found)
    if (found.length > 0 && found.length >= (best[end]?.length ?? 0)) end = place
  }
  const kept = new Map<number, number>()
  for (let place = end; place !== -1; place = best[place]?.before ?? -1) kept.set(place, priorities[place] ?? 0)
  return kept
}
