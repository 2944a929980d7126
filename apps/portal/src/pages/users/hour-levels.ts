/** How dark each hour is drawn, 0 to 1: the root of its share of the busiest, so that a rare hour is still seen. */
export function hourLevels(counts: readonly number[]): number[] {
  const most = Math.max(0, ...counts)
  return Array.from({ length: 24 }, (_, hour) => (most === 0 ? 0 : Math.sqrt((counts[hour] ?? 0) / most)))
}

/** `09:00` */
export function hourWords(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`
}
