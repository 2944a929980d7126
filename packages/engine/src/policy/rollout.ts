/**
 * Whether a user belongs to the share of users that a rule is rolled out to. Stable: the same user and rule always give the same answer, raising
 * the share only adds users, and two rules pick their users independently.
 */
export function isRolledOut(userId: string, ruleId: string, percent: number): boolean {
  return bucketOf(`${ruleId}\n${userId}`) < percent * 100
}

/** 0 to 9999. FNV-1a with Murmur's finaliser, so that similar ids land far apart. */
function bucketOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % 10_000
}
