import type { components } from '../../../generated/api-types.ts'

type Replay = components['schemas']['Replay']
type Decision = Replay['decision']

/** What a replay found: one sentence, and where the two decisions differ. */
export function describeReplay(replay: Replay): { sentence: string; differences: { what: string; before: string; now: string }[] } {
  const { identical, decision, recomputed } = replay
  if (recomputed === undefined) return { sentence: 'It cannot be decided again.', differences: [] }
  if (identical)
    return { sentence: 'Identical: decided again from what was stored, it comes out the same, byte for byte.', differences: [] }
  const differences = members.flatMap(([what, read]) => {
    const [before, now] = [read(decision), read(recomputed)]
    return before === now ? [] : [{ what, before, now }]
  })
  return { sentence: 'Decided again, it comes out otherwise.', differences }
}

const ids = (all: readonly string[]) => (all.length === 0 ? 'none' : all.join(', '))
const members: readonly [string, (decision: Decision) => string][] = [
  ['Outcome', ({ outcome }) => outcome],
  ['Rule that decided', ({ ruleId }) => ruleId ?? 'none'],
  ['Rules that matched', ({ ruleIds }) => ids(ruleIds)],
  ['Rules that could not be told', ({ undeterminedRuleIds }) => ids(undeterminedRuleIds)],
  ['Rules in shadow', ({ shadowRuleIds }) => ids(shadowRuleIds)],
]
