/** The whole days in a stretch of milliseconds. Never negative: clocks differ. */
export function wholeDays(ms: number): number {
  return Math.max(0, Math.floor(ms / 86_400_000))
}
