import { type AuthenticatorFacts, type DeviceFacts, type UserFacts, unknownUser, withDeviceIndex } from '@sallyport/engine'
import { toCustom } from '../stored-user.ts'
import { heapBytesOf } from './heap-bytes.ts'

/** What is kept beside a user's entity until one of their rows changes. */
export interface KeptFacts {
  readonly user: UserFacts
  /** What devices, authenticators and custom data take in memory, as objects. */
  readonly bytes: number
  /** Row numbers of devices that are on record and not among the facts. */
  readonly otherDevices: readonly number[]
}

/** Bytes of a device or an authenticator among the facts, with its place in a list. */
const ITEM_BYTES = 150

const noDevices: readonly number[] = []

export function toKeptFacts(user: UserFacts, otherDevices = noDevices): KeptFacts {
  const items = user.devices.length + user.authenticators.length
  return { user, bytes: ITEM_BYTES * items + heapBytesOf(user.custom) + 8 * otherDevices.length, otherDevices }
}

type Packed = [
  createdAt: number | null,
  email: string | null,
  phoneNumber: string | null,
  username: string | null,
  custom: string,
  enrolledMethods: string[],
  devices: DeviceTuple[],
  authenticators: AuthenticatorTuple[],
  otherDevices: readonly number[],
]
type DeviceTuple = [
  deviceId: string,
  createdAt: number,
  rememberedUntil: number | null,
  invalidatedAt: number | null,
  hasUsedPasskey: boolean,
]
type AuthenticatorTuple = [
  verificationMethod: string,
  createdAt: number,
  backupEligible: boolean | null,
  backupState: boolean | null,
  name: string | null,
]

/** The facts as text, in which they take a third of the memory, and nothing to walk through for V8's collector. */
export function packFacts({ user, otherDevices }: KeptFacts): string {
  const { createdAt, email, phoneNumber, username, custom, enrolledMethods, devices, authenticators } = user
  const packed: Packed = [
    createdAt,
    email,
    phoneNumber,
    username,
    JSON.stringify(custom),
    [...enrolledMethods],
    devices.map(packDevice),
    authenticators.map(packAuthenticator),
    otherDevices,
  ]
  return JSON.stringify(packed)
}

export function unpackFacts(text: string): KeptFacts {
  const [createdAt, email, phoneNumber, username, custom, enrolledMethods, devices, authenticators, otherDevices] = JSON.parse(
    text,
  ) as Packed
  const user: UserFacts = {
    createdAt,
    email,
    phoneNumber,
    username,
    custom: toCustom(custom),
    enrolledMethods,
    devices: devices.map(unpackDevice),
    authenticators: authenticators.map(unpackAuthenticator),
  }
  return toKeptFacts(createdAt === null ? unknownUser : withDeviceIndex(user), otherDevices)
}

function packDevice({ deviceId, createdAt, rememberedUntil, invalidatedAt, hasUsedPasskey }: DeviceFacts): DeviceTuple {
  return [deviceId, createdAt, rememberedUntil, invalidatedAt, hasUsedPasskey]
}

function unpackDevice([deviceId, createdAt, rememberedUntil, invalidatedAt, hasUsedPasskey]: DeviceTuple): DeviceFacts {
  return { deviceId, createdAt, rememberedUntil, invalidatedAt, hasUsedPasskey }
}

function packAuthenticator(of: AuthenticatorFacts): AuthenticatorTuple {
  return [of.verificationMethod, of.createdAt, of.backupEligible, of.backupState, of.name]
}

function unpackAuthenticator([verificationMethod, createdAt, backupEligible, backupState, name]: AuthenticatorTuple): AuthenticatorFacts {
  return { verificationMethod, createdAt, backupEligible, backupState, name }
}
