import type { TrackedEvent } from '../facts/event.ts'
import { type Known, NOT_APPLICABLE, NOT_PROVIDED } from '../facts/missing.ts'
import type { UserFacts } from '../facts/user-facts.ts'
import { slot } from '../signals/registry.ts'
import type { SignalValue } from '../signals/signals.ts'
import { findDeviceFacts } from './device-index.ts'
import { wholeDays } from './whole-days.ts'

/**
 * Fills in what is known about the user's authenticators before this decision, whichever of them may answer its challenge. Without
 * attestation, a passkey's statements about itself are unproven: they can justify asking for more, never for less.
 */
export function authenticatorSignals(
  values: Known<SignalValue>[],
  user: UserFacts,
  { at, deviceId }: Pick<TrackedEvent, 'at' | 'deviceId'>,
): void {
  const { authenticators } = user
  values[slot['authenticator.count']] = authenticators.length
  let hasPasskey = false
  let isAnyBound: Known<boolean> = NOT_APPLICABLE
  let newest = 0
  for (const { verificationMethod, createdAt, backupEligible } of authenticators) {
    newest = Math.max(newest, createdAt)
    if (verificationMethod !== 'PASSKEY') continue
    const wasFirst = !hasPasskey
    hasPasskey = true
    // A passkey that was imported and never used says nothing about itself, so the others decide.
    if (backupEligible === false) isAnyBound = true
    else if (backupEligible === true && isAnyBound !== true) isAnyBound = false
    else if (backupEligible === null && wasFirst) isAnyBound = NOT_PROVIDED
  }
  const last = authenticators[0]
  values[slot['authenticator.hasDeviceBound']] = isAnyBound
  values[slot['authenticator.isBackedUp']] = last === undefined ? NOT_APPLICABLE : (last.backupState ?? NOT_PROVIDED)
  values[slot['authenticator.ageDays']] = last === undefined ? NOT_APPLICABLE : wholeDays(at - last.createdAt)
  values[slot['authenticator.newestAgeDays']] = last === undefined ? NOT_APPLICABLE : wholeDays(at - newest)
  values[slot['authenticator.name']] = last === undefined ? NOT_APPLICABLE : (last.name ?? NOT_PROVIDED)
  values[slot['authenticator.isFirstUseOnDevice']] = !hasPasskey
    ? NOT_APPLICABLE
    : deviceId === null
      ? NOT_PROVIDED
      : values[slot['device.isProven']] === false || findDeviceFacts(user, deviceId)?.hasUsedPasskey !== true
}
