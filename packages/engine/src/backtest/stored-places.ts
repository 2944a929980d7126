import { findStoredPlace } from '../signals/encoding.ts'
import { slot } from '../signals/registry.ts'
import type { SignalReads } from './signal-reads.ts'

/**
 * The places among stored signals that hold what is read: all that a store needs to load. `undefined`: everything. The first place holds
 * the velocity features.
 */
export function storedPlacesOf(reads: SignalReads): readonly number[] | undefined {
  if (reads.isOpen) return undefined
  const places = new Set<number>(reads.features.length > 0 ? [0] : [])
  for (const position of [...reads.positions, slot['ip.address']]) {
    const place = findStoredPlace(position)
    if (place !== undefined) places.add(place)
  }
  return [...places].sort((a, b) => a - b)
}

/** The members of the tracked custom data that are read. `undefined`: everything. */
export function storedCustomOf(reads: SignalReads): readonly string[] | undefined {
  return reads.isOpen ? undefined : reads.custom
}
