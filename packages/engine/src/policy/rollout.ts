import { mixedBits } from '../hash.ts'

/**
 * Whether a user belongs to the share of users that a rule is rolled out to. Stable: the same user and rule always give the same answer, a
 * larger share only adds users, and two rules select their users independently.
 */
export function isRolledOut(userId: string, ruleId: string, percent: number): boolean {
  return mixedBits(`${ruleId}\n${userId}`) % 10_000 < percent * 100
}
