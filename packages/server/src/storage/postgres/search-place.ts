import type { EventPlace } from '../searching-store.ts'

/** A place in the order of instances by time: the last one that was looked at. Empty texts: all from this time on (`oldest`), or before it (`newest`). */
export type Place = readonly [at: number, userId: string, action: string, idempotencyKey: string]

export function encodePlace(place: Place): EventPlace {
  return JSON.stringify(place)
}

export function decodePlace(text: EventPlace): Place {
  return JSON.parse(text) as Place
}
