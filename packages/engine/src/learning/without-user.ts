import type { Entity, EntityRef } from '../snapshot.ts'
import { type AddressRecord, readAddressRecord } from './address-record.ts'
import { readDeviceRecord } from './device-record.ts'
import { type DistinctWindow, dropFromDistinct } from './distinct-window.ts'
import { shortHash } from './hash.ts'

/**
 * What is left of an entity when a user who took part in it is erased; `undefined` when it spoke of nobody else. What an address did wrong stays: it
 * says nothing of who it was, and protects the others.
 */
export function withoutUser({ kind, key }: EntityRef, entity: Entity, userId: string): Entity | undefined {
  const member = shortHash(userId)
  switch (kind) {
    case 'user':
      return key === userId ? undefined : entity
    case 'device': {
      const record = readDeviceRecord(entity)
      const users = without(record.users, member)
      return users === undefined ? undefined : { ...record, users }
    }
    case 'address': {
      const { users, good, ...record } = readAddressRecord(entity)
      const left: AddressRecord = { ...record, ...named('users', without(users, member)), ...named('good', without(good, member)) }
      return Object.keys(left).length === 1 ? undefined : left
    }
    default:
      return kind.startsWith('user+') && key.startsWith(`${member}:`) ? undefined : entity
  }
}

function without(window: DistinctWindow | undefined, member: string): DistinctWindow | undefined {
  const left = window && dropFromDistinct(window, member)
  return left === undefined || left.of.length === 0 ? undefined : left
}

function named<Name extends string>(name: Name, window: DistinctWindow | undefined): Partial<Record<Name, DistinctWindow>> {
  return window === undefined ? {} : ({ [name]: window } as Record<Name, DistinctWindow>)
}
