import type { components } from '../../../generated/api-types.ts'

export type LiveEvent = components['schemas']['Event']

/** As many as are looked at; the others are on the page of events. */
const mostShown = 20

export function eventKey({ userId, action, idempotencyKey }: Pick<LiveEvent, 'userId' | 'action' | 'idempotencyKey'>): string {
  return [userId, action, idempotencyKey].join('\n')
}

/** The events with one more, or with one that has changed in its place. A change of one that was not seen is not an event of now. */
export function takeEvent(before: readonly LiveEvent[], arrived: LiveEvent, isNew: boolean): readonly LiveEvent[] {
  const place = before.findIndex((event) => eventKey(event) === eventKey(arrived))
  if (place !== -1) return before.with(place, arrived)
  return isNew ? [arrived, ...before].slice(0, mostShown) : before
}
