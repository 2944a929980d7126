import { type Known, NOT_PROVIDED } from '../facts/missing.ts'
import type { UserFacts } from '../facts/user-facts.ts'
import { slot } from './registry.ts'
import type { SignalValue } from './signals.ts'

/** Fills in the signals that repeat tracked input or the user's record. The same for an event and for a stored instance. */
export function inputSignals(
  values: Known<SignalValue>[],
  userId: string,
  address: string | null,
  deviceId: string | null,
  user: Pick<UserFacts, 'email' | 'phoneNumber'> | undefined,
): void {
  values[slot['user.id']] = userId
  values[slot['device.id']] = deviceId ?? NOT_PROVIDED
  values[slot['ip.version']] = address === null ? NOT_PROVIDED : address.includes(':') ? 6 : 4
  const email = user?.email ?? null
  values[slot['user.email']] = email ?? NOT_PROVIDED
  values[slot['user.emailDomain']] = emailDomainOf(email)
  values[slot['user.phoneNumber']] = user?.phoneNumber ?? NOT_PROVIDED
}

/** What follows the last `@`, in lower case. */
export function emailDomainOf(email: string | null): Known<string> {
  return email?.includes('@') ? email.slice(email.lastIndexOf('@') + 1).toLowerCase() : NOT_PROVIDED
}
