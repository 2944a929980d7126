import type { Random } from '../../../packages/server/src/seed/random.ts'
import type { Person } from '../person.ts'

/** How long a victim has used the account before most attacks begin. */
export const settledMs = 10 * 86_400_000

/** A time when the victim has used the account for a while. */
export function drawStart(random: Random, { joinedAt }: Person, lastStart: number): number {
  const first = joinedAt + settledMs
  return first + random.next() * (lastStart - first)
}
