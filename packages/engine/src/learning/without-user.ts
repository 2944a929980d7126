import type { CountWindow } from '../features/count-window.ts'
import { type DistinctWindow, dropFromDistinct, indexOfMember } from '../features/distinct-window.ts'
import { type FeatureWindows, memberOf } from '../features/feature-windows.ts'
import { memberHash } from '../features/member-hash.ts'
import { shortHash } from '../hash.ts'
import type { Entity, EntityRef } from '../stored/entity.ts'
import { type AddressRecord, readAddressRecord, withoutWrongUser } from './address-record.ts'
import { readDeviceRecord } from './device-record.ts'

/**
 * What is left of an entity when a user is erased who took part in it with this many actions; `undefined` when it was about nobody else.
 * The bad behaviour of an address stays: it does not identify the user, and it protects others. So does what velocity features counted for
 * others.
 */
export function withoutUser({ kind, key }: EntityRef, entity: Entity, userId: string, times: number): Entity | undefined {
  const member = memberHash(userId)
  switch (kind) {
    case 'user':
      return key === userId ? undefined : entity
    case 'device': {
      const { users, x, ...record } = readDeviceRecord(entity)
      const left = without(users, member)
      return left && { ...record, users: left, ...named('x', windowsWithout(x, userId, times)) }
    }
    case 'address': {
      const { users, good, x, ...record } = withoutWrongUser(readAddressRecord(entity), member)
      const left: AddressRecord = {
        ...record,
        ...named('users', without(users, member)),
        ...named('good', without(good, member)),
        ...named('x', windowsWithout(x, userId, times)),
      }
      return Object.keys(left).length === 1 ? undefined : left
    }
    default: {
      if (kind.startsWith('user+')) return key.startsWith(`${shortHash(userId)}:`) ? undefined : entity
      const { x, ...record } = entity as { x?: FeatureWindows }
      const left = windowsWithout(x, userId, times)
      return left && { ...record, x: left }
    }
  }
}

/**
 * Windows without the user; `undefined` when nobody else is in them. A window that counts users names its members. In every other window,
 * an amount no larger than this user's is taken to be theirs, and a larger amount is taken to be shared.
 */
function windowsWithout(windows: FeatureWindows | undefined, userId: string, times: number): FeatureWindows | undefined {
  if (windows === undefined) return undefined
  const member = memberOf(userId)
  const ofUsers = Object.values(windows).filter(
    (window) => !Array.isArray(window) && indexOfMember(window.of, member) !== -1,
  ) as DistinctWindow[]
  const isTheirs =
    ofUsers.length > 0
      ? ofUsers.every(({ of, sample }) => of.length === 1 && sample === undefined)
      : Object.values(windows).every((window) => (Array.isArray(window) ? amountOf(window) : window.of.length) <= times)
  if (isTheirs) return undefined
  return Object.fromEntries(
    Object.entries(windows).map(([id, window]) => [id, Array.isArray(window) ? window : dropFromDistinct(window, member)]),
  )
}

function amountOf(window: CountWindow): number {
  let amount = 0
  for (let i = 2; i < window.length; i += 2) amount += window[i] as number
  return amount
}

function without(window: DistinctWindow | undefined, member: string): DistinctWindow | undefined {
  const left = window && dropFromDistinct(window, member)
  return left === undefined || left.of.length === 0 ? undefined : left
}

function named<Name extends string, Value>(name: Name, value: Value | undefined): Partial<Record<Name, Value>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, Value>)
}
