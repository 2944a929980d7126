/** Writes a time to the minute: `2026-11-29 14:05 UTC`. `time`: milliseconds UTC. */
export function formatTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
