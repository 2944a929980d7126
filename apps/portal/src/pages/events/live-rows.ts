import type { components } from '../../../generated/api-types.ts'
import { eventId } from '../../url/event-id.ts'

export type ListedEvent = components['schemas']['Event']

/** What a live tail brought since the list was read. */
export interface LiveRows {
  /** In the list, though the list was read before. */
  shown: readonly ListedEvent[]
  /** Announced, and not in the list yet: a hand is over it. */
  waiting: readonly ListedEvent[]
  /** Events of the list as they are now, by id. */
  changed: ReadonlyMap<string, ListedEvent>
}

export const noLiveRows: LiveRows = { shown: [], waiting: [], changed: new Map() }

/** The most that is kept: a tail may run for days. */
const most = 500

/** An event has come, or one has changed. A change of a row that is shown is seen at once, because it moves nothing. */
export function received(live: LiveRows, listed: readonly ListedEvent[], event: ListedEvent, isHeld: boolean): LiveRows {
  const id = eventId(event)
  const isSame = (other: ListedEvent) => eventId(other) === id
  if (live.waiting.some(isSame)) return { ...live, waiting: live.waiting.map((other) => (isSame(other) ? event : other)) }
  if (live.shown.some(isSame) || listed.some(isSame)) return { ...live, changed: new Map(live.changed).set(id, event) }
  const place = isHeld ? 'waiting' : 'shown'
  return { ...live, [place]: [event, ...live[place]].slice(0, most) }
}

/** Lets in what waits. */
export function released(live: LiveRows): LiveRows {
  return { ...live, shown: [...live.waiting, ...live.shown].slice(0, most), waiting: [] }
}

/** The rows to draw, newest first, each event once. */
export function rowsOf(listed: readonly ListedEvent[], live: LiveRows): readonly ListedEvent[] {
  if (live === noLiveRows) return listed
  const byId = new Map([...live.shown, ...listed].map((event) => [eventId(event), event]))
  for (const [id, event] of live.changed) if (byId.has(id)) byId.set(id, event)
  return [...byId.values()].toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0))
}
