import type { JsonValue } from '../facts/json-value.ts'
import { type Known, NOT_PROVIDED } from '../facts/missing.ts'
import { emailDomainOf } from './input-signals.ts'
import { type SignalName, slot } from './registry.ts'
import type { Signals, SignalValue } from './signals.ts'

/**
 * What the rules read from a user's record when they decided, by its name without `user.`: `email`, `emailDomain`, `phoneNumber`,
 * `custom.<path>`, or `custom` for all of it. `null`: it was not provided.
 */
export type UserRead = Readonly<Record<string, JsonValue>>

/** The signals that come from a user's record, besides `user.custom.*`. */
export const recordSignals: readonly SignalName[] = ['user.email', 'user.emailDomain', 'user.phoneNumber']

/** Replaces current values with those that were read at the decision. */
export function restoreRecordSignals(values: Known<SignalValue>[], read: UserRead): void {
  const { email, emailDomain, phoneNumber } = read
  if (email !== undefined) {
    values[slot['user.email']] = textOf(email)
    values[slot['user.emailDomain']] = emailDomainOf(typeof email === 'string' ? email : null)
  }
  if (emailDomain !== undefined) values[slot['user.emailDomain']] = textOf(emailDomain)
  if (phoneNumber !== undefined) values[slot['user.phoneNumber']] = textOf(phoneNumber)
}

/** `user.custom.*` as it was read at the decision, and as it is now where it was not read. */
export function restoreUserCustom(read: UserRead, now: Signals['userCustom'] | undefined): Signals['userCustom'] {
  const custom: Record<string, JsonValue> = Object.create(null)
  if (read.custom !== undefined) return Object.assign(custom, read.custom)
  Object.assign(custom, now)
  // Rules look for the whole path as a key before they follow its parts.
  for (const name in read) if (name.startsWith('custom.')) custom[name.slice(7)] = read[name] ?? null
  return custom
}

function textOf(value: JsonValue): Known<string> {
  return typeof value === 'string' ? value : NOT_PROVIDED
}
