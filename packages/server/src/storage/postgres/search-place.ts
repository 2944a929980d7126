import type { EventPlace } from '../searching-store.ts'
import { UnknownPlaceError } from '../store-errors.ts'
import { storableKey } from './storable-key.ts'

/** A place in the order of instances by time: the last one that was looked at. Empty texts: all from this time on (`oldest`), or before it (`newest`). */
export type Place = readonly [at: number, userId: string, action: string, idempotencyKey: string]

export function encodePlace(place: Place): EventPlace {
  return JSON.stringify(place)
}

/** Throws `UnknownPlaceError`. */
export function decodePlace(text: EventPlace): Place {
  try {
    const place: unknown = JSON.parse(text)
    if (Array.isArray(place) && place.length === 4 && Number.isSafeInteger(place[0]) && place.slice(1).every(isStorable))
      return place as unknown as Place
  } catch {
    // Not even JSON.
  }
  throw new UnknownPlaceError()
}

function isStorable(text: unknown): boolean {
  return typeof text === 'string' && text === storableKey(text)
}
