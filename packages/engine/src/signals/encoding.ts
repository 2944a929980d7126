import type { TrackedInput } from '../facts/event.ts'
import { type Known, type Missing, NOT_APPLICABLE, NOT_PROVIDED, UNAVAILABLE } from '../facts/missing.ts'
import type { UserFacts } from '../facts/user-facts.ts'
import { bare } from './bare.ts'
import { inputSignals } from './input-signals.ts'
import { signalRegistry, slot } from './registry.ts'
import type { SignalDefinition, Signals, SignalValue } from './signals.ts'
import { restoreRecordSignals, restoreUserCustom, type UserRead } from './user-read.ts'

/**
 * Signal values as stored with an instance. The first element holds the declared velocity features: `0` when there are none, otherwise
 * `[name, value, name, value …]` with the reason in place of a missing value. The *derived* signals follow in the order of the registry
 * (the tracked input is not repeated), without trailing `null`s:
 *
 * - `null` = not provided, `[1]` = not applicable, `[2]` = unavailable
 * - booleans as 0 and 1
 * - a string that the registry lists in `values` as its index there
 * - `ip.address` as 0 when it equals the tracked text
 * - everything else as it is
 */
export type EncodedSignals = readonly (null | number | string | readonly (string | number)[])[]

type Encoded = EncodedSignals[number]

const registry: readonly SignalDefinition[] = signalRegistry
/** What encoding and decoding read of each derived signal: objects of one shape, for speed. */
const derived = registry.flatMap(({ origin, type, values }, position) => (origin === 'derived' ? [{ position, type, values }] : []))

const notApplicable = Object.freeze([1])
const unavailable = Object.freeze([2])

/** Encodes the signals of a decision for storage. */
export function encodeSignals(signals: Signals, trackedAddress: string | undefined): EncodedSignals {
  const encoded: Encoded[] = new Array(derived.length + 1)
  encoded[0] = encodeFeatures(signals.features)
  let length = 1
  for (let i = 0; i < derived.length; i++) {
    const { position, values } = derived[i] as (typeof derived)[number]
    const value = signals.values[position] ?? NOT_PROVIDED
    const stored = position === slot['ip.address'] && value === trackedAddress ? 0 : encodeValue(value, values)
    encoded[i + 1] = stored
    if (stored !== null) length = i + 2
  }
  return length === encoded.length ? encoded : encoded.slice(0, length)
}

function encodeValue(value: Known<SignalValue>, values: readonly string[] | undefined): Encoded {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string') {
    const index = values === undefined ? -1 : values.indexOf(value)
    return index === -1 ? value : index
  }
  if (typeof value === 'number') return value
  if (!('missing' in value)) return value
  return value.missing === 'not_provided' ? null : value.missing === 'not_applicable' ? notApplicable : unavailable
}

function encodeFeatures(features: Signals['features']): Encoded {
  let encoded: (string | number)[] | undefined
  for (const name in features) {
    const value = features[name]
    if (value === undefined) continue
    encoded ??= []
    encoded.push(name, typeof value === 'number' ? value : value.missing)
  }
  return encoded ?? 0
}

/** The part of a user's record that rules can read. */
export type UserRecord = Pick<UserFacts, 'email' | 'phoneNumber' | 'custom'>

/** The members of a stored instance that its signals are read from. */
export interface StoredSignals {
  userId: string
  tracked: Pick<TrackedInput, 'ipAddress' | 'deviceId' | 'custom'>
  signals: EncodedSignals
  userRead?: UserRead
}

/**
 * The signals that the decision of an instance saw.
 *
 * An instance keeps what its rules read from the user's record (`user.email`, `user.custom.*` …). The rest comes from `user` as it is now;
 * without `user` it is not provided.
 */
export function decodeSignals(instance: StoredSignals, user?: UserRecord): Signals {
  const { tracked, signals: encoded, userRead } = instance
  const values: Known<SignalValue>[] = new Array(registry.length).fill(NOT_PROVIDED)
  for (let i = 0; i < derived.length; i++) {
    const { position, type, values: names } = derived[i] as (typeof derived)[number]
    values[position] = decodeValue(encoded[i + 1] ?? null, type, names)
  }
  if (encoded[slotOfAddress] === 0) values[slot['ip.address']] = tracked.ipAddress ?? NOT_PROVIDED
  const address = values[slot['ip.address']]
  inputSignals(values, instance.userId, typeof address === 'string' ? address : null, tracked.deviceId ?? null, user)
  if (userRead !== undefined) restoreRecordSignals(values, userRead)
  const userCustom = userRead === undefined ? bare(user?.custom) : restoreUserCustom(userRead, user?.custom)
  return { values, custom: bare(tracked.custom), userCustom, features: decodeFeatures(encoded[0]) }
}

/** The place of a signal among stored values, by its position in the registry. `undefined`: an `input` signal, which is not stored. */
export function findStoredPlace(position: number): number | undefined {
  const place = derived.findIndex((candidate) => candidate.position === position) + 1
  return place === 0 ? undefined : place
}

/** Reads one signal from stored values. */
export type StoredReader = (encoded: EncodedSignals, trackedAddress: string | undefined) => Known<SignalValue>

/**
 * A reader of one signal, by its position in the registry, for callers that need a few signals of many instances. `undefined`: an `input`
 * signal, which is not stored.
 */
export function findStoredReader(position: number): StoredReader | undefined {
  const place = findStoredPlace(position)
  if (place === undefined) return undefined
  const { type, values } = derived[place - 1] as (typeof derived)[number]
  if (place === slotOfAddress) {
    return (encoded, trackedAddress) => {
      const value = encoded[place] ?? null
      return value === 0 ? (trackedAddress ?? NOT_PROVIDED) : decodeValue(value, type, values)
    }
  }
  return (encoded) => decodeValue(encoded[place] ?? null, type, values)
}

const slotOfAddress = derived.findIndex(({ position }) => position === slot['ip.address']) + 1

function decodeValue(encoded: Encoded, type: SignalDefinition['type'], names: readonly string[] | undefined): Known<SignalValue> {
  if (encoded === null) return NOT_PROVIDED
  if (typeof encoded === 'string') return encoded
  if (typeof encoded === 'number') {
    if (type === 'boolean') return encoded === 1
    return type === 'string' ? (names?.[encoded] ?? NOT_PROVIDED) : encoded
  }
  if (encoded[0] === 1) return NOT_APPLICABLE
  return encoded[0] === 2 ? UNAVAILABLE : encoded.map(String)
}

const reasons: Readonly<Record<string, Missing>> = {
  not_provided: NOT_PROVIDED,
  not_applicable: NOT_APPLICABLE,
  unavailable: UNAVAILABLE,
}

/** The declared velocity features of stored values. */
export function decodeFeatures(encoded: Encoded | undefined): Signals['features'] {
  const features: Record<string, Known<number>> = Object.create(null)
  if (!Array.isArray(encoded)) return features
  for (let i = 0; i + 1 < encoded.length; i += 2) {
    const value = encoded[i + 1]
    features[String(encoded[i])] = typeof value === 'number' ? value : (reasons[String(value)] ?? UNAVAILABLE)
  }
  return features
}
