/** How long something is kept; 0 days are for ever. */
export function keptFor(days: number): string {
  return days === 0 ? 'for ever' : `for ${days.toLocaleString()} ${days === 1 ? 'day' : 'days'}`
}

/** Changes of lists outlive the events that were decided with them by a month. */
export function listChangesDays(eventDays: number): number {
  return eventDays === 0 ? 0 : eventDays + 31
}
