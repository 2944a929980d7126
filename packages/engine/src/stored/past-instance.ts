import type { SignalReads } from '../backtest/signal-reads.ts'
import { findStoredPlace } from '../signals/encoding.ts'
import { slot } from '../signals/registry.ts'
import type { Instance } from './snapshot.ts'

/** What is looked at of an instance when great numbers of them are. */
export type PastInstance = Pick<
  Instance,
  | 'userId'
  | 'action'
  | 'idempotencyKey'
  | 'createdAt'
  | 'state'
  | 'stateUpdatedAt'
  | 'outcome'
  | 'policyVersion'
  | 'configVersion'
  | 'ruleIds'
  | 'shadowRuleIds'
  | 'tracked'
  | 'signals'
  | 'userRead'
  | 'disputedAt'
>

/**
 * The places among the stored signals that hold what is read: all that a store needs to bring along. `undefined`: everything. The first place holds
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

/** An instance that no policy decided, such as a sign-in with a passkey that was not tracked. */
export function isUndecided({ signals }: Pick<PastInstance, 'signals'>): boolean {
  return signals.length === 0
}
