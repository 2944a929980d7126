/** How long something is kept; 0 days are for ever. */
export function keptFor(days: number): string {
  return days === 0 ? 'for ever' : `for ${days.toLocaleString()} ${days === 1 ? 'day' : 'days'}`
}

/** Changes of lists outlive the events that were decided with them by a month. */
export function listChangesDays(eventDays: number): number {
  return eventDays === 0 ? 0 : eventDays + 31
}

/** Days as they were typed; nothing is as long as the server. `undefined`: they are none, or more than the server keeps. */
export function readDays(text: string, serverDays: number): number | undefined {
  if (text.trim() === '') return serverDays
  const days = Number(text)
  const isRight = Number.isInteger(days) && days >= 1 && days <= (serverDays === 0 ? 36_500 : serverDays)
  return isRight ? days : undefined
}

const dayMs = 86_400_000
/** The longest time that counts are read for at once. */
const mostCountedDays = 400

/** The time of what would be erased, so far as it is counted: whole days. */
export function countedFrom(days: number, now: number): { from: string; to: string } {
  const to = Math.floor((now - days * dayMs) / dayMs) * dayMs
  return { from: new Date(now - mostCountedDays * dayMs).toISOString(), to: new Date(to).toISOString() }
}

/** What will be deleted, and when. `count`: absent while nobody knows. */
export function describeErasure(days: number, now: number, count: number | undefined): string {
  const before = new Date(now - days * dayMs).toLocaleDateString('en', { dateStyle: 'long' })
  const many = count === undefined ? 'All events' : `About ${count.toLocaleString('en')} ${count === 1 ? 'event' : 'events'}`
  const first =
    count === 0
      ? `No event is from before ${before}, so nothing is erased today.`
      : `${many} from before ${before} are erased within six hours, and cannot be brought back.`
  return `${first} From then on each event is erased when it is ${days === 1 ? 'a day' : `${days} days`} old, with its receipt, labels and disputes. What was learnt from it stays.`
}
