import type { DraftRule } from './policy-draft.ts'

const most = 99

/**
 * Gives rules the priorities that their order asks for. As many as possible keep the priority they have in the base, so that moving one rule changes one rule; where
 * there is no room between two others, all are counted from 0.
 */
export function givePriorities(rules: readonly DraftRule[], base: readonly DraftRule[]): DraftRule[] {
  const known = new Map(base.map(({ ruleId, priority }) => [ruleId, priority]))
  const wanted = rules.map(({ ruleId }) => known.get(ruleId))
  const kept = longestRise(wanted)
  const given = fillGaps(wanted.map((priority, place) => (kept.has(place) ? priority : undefined))) ?? rules.map((_, place) => place)
  return rules.map((rule, place) => ({ ...rule, priority: given[place] }))
}

/** The places of the longest run of numbers that rise. */
function longestRise(numbers: readonly (number | undefined)[]): Set<number> {
  const best: { length: number; before: number }[] = []
  let end = -1
  for (const [place, number] of numbers.entries()) {
    best.push({ length: number === undefined ? 0 : 1, before: -1 })
    if (number === undefined) continue
    for (let earlier = 0; earlier < place; earlier += 1) {
      const other = numbers[earlier]
      const length = (best[earlier]?.length ?? 0) + 1
      if (other !== undefined && other < number && length > (best[place]?.length ?? 0)) best[place] = { length, before: earlier }
    }
    if ((best[place]?.length ?? 0) > (best[end]?.length ?? 0)) end = place
  }
  const places = new Set<number>()
  for (let place = end; place !== -1; place = best[place]?.before ?? -1) places.add(place)
  return places
}

/** `undefined`: there is no room. */
function fillGaps(numbers: readonly (number | undefined)[]): number[] | undefined {
  const filled: number[] = []
  for (const [place, number] of numbers.entries()) {
    const next = number ?? (filled.at(-1) ?? -1) + 1
    const ceiling = numbers.slice(place + 1).find((other) => other !== undefined)
    if (next > most || (ceiling !== undefined && next >= ceiling) || next <= (filled.at(-1) ?? -1)) return undefined
    filled.push(next)
  }
  return filled
}
