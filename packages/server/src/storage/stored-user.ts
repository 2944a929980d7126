import { type AuthenticatorFacts, type DeviceFacts, type UserFacts, unknownUser } from '@sallyport/engine'
import type { DecideRequest } from './deciding-store.ts'

/** Devices that a decision sees, most recent first. */
export const maxDevices = 50
/** Authenticators that a decision sees, last used first. */
const maxAuthenticators = 20

/** The columns of `users` that a decision sees. */
export type UserColumns = [createdAt: number, email: string | null, phoneNumber: string | null, username: string | null, custom: string]
/** The columns of `devices` that a decision sees, the newest first, at most `maxDevices`. */
export type DeviceColumns = [
  deviceId: string,
  createdAt: number,
  rememberedUntil: number | null,
  invalidatedAt: number | null,
  lastMethod: string | null,
]
/** The columns of bound `authenticators` that a decision sees, the oldest first. */
export type AuthenticatorColumns = [
  method: string,
  createdAt: number,
  lastVerifiedAt: number | null,
  backupEligible: 0 | 1,
  backupState: 0 | 1,
  name: string | null,
  details: string,
]

const noCustom: UserFacts['custom'] = Object.freeze(Object.create(null))

/** Lists that are empty are the same for all users: a store keeps the facts of a hundred thousand in memory. */
export function toUserFacts(
  [createdAt, email, phoneNumber, username, custom]: UserColumns,
  authenticators: readonly AuthenticatorColumns[],
  devices: readonly DeviceColumns[],
): UserFacts {
  return {
    createdAt,
    email,
    phoneNumber,
    username,
    custom: toCustom(custom),
    enrolledMethods: authenticators.length === 0 ? unknownUser.enrolledMethods : [...new Set(authenticators.map(([method]) => method))],
    devices: devices.length === 0 ? unknownUser.devices : devices.map(toDevice),
    authenticators:
      authenticators.length === 0
        ? unknownUser.authenticators
        : authenticators.toSorted(byLastUse).slice(0, maxAuthenticators).map(toAuthenticator),
  }
}

/** Custom data of its text, without a prototype. */
export function toCustom(text: string): UserFacts['custom'] {
  if (text === '{}') return noCustom
  return Object.assign(Object.create(null), JSON.parse(text))
}

function toDevice([deviceId, createdAt, rememberedUntil, invalidatedAt, lastMethod]: DeviceColumns): DeviceFacts {
  return { deviceId, createdAt, rememberedUntil, invalidatedAt, hasUsedPasskey: lastMethod === 'PASSKEY' }
}

/** A device as its row begins. */
export function newDevice(deviceId: string, createdAt: number): DeviceFacts {
  return { deviceId, createdAt, rememberedUntil: null, invalidatedAt: null, hasUsedPasskey: false }
}

function byLastUse([, createdA, lastA]: AuthenticatorColumns, [, createdB, lastB]: AuthenticatorColumns): number {
  return (lastB ?? 0) - (lastA ?? 0) || createdB - createdA
}

/** The first use of an imported passkey shows of which kind it is. */
function toAuthenticator([method, createdAt, , eligible, state, name, details]: AuthenticatorColumns): AuthenticatorFacts {
  const isKnown = method === 'PASSKEY' && (JSON.parse(details) as { isImported?: boolean }).isImported !== true
  return {
    verificationMethod: method,
    createdAt,
    backupEligible: isKnown ? eligible === 1 : null,
    backupState: isKnown ? state === 1 : null,
    name,
  }
}

/** The facts as they are with what was just tracked: a rule on `user.email` sees it the first time. */
export function withTracked(known: UserFacts, tracked: DecideRequest['user']): UserFacts {
  const email = tracked.email ?? known.email
  const phoneNumber = tracked.phoneNumber ?? known.phoneNumber
  const username = tracked.username ?? known.username
  if (email === known.email && phoneNumber === known.phoneNumber && username === known.username) return known
  return { ...known, email, phoneNumber, username }
}
