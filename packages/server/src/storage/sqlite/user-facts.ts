import type { DatabaseSync } from 'node:sqlite'
import type { DeviceFacts, UserFacts } from '@sallyport/engine'
import type { EntityRecord } from './entity-cache.ts'

/** Devices that a decision sees, most recent first. */
const MAX_DEVICES = 50

/**
 * What the application and the user's authenticators say of a user, read from the tables that the feature folders write, and kept beside
 * the user's entity.
 *
 * INVARIANT: facts are kept only while nothing has written to those tables for this user, or for a user that is not known.
 */
export interface UserFactsCache {
  get(user: EntityRecord, tenantId: string, userId: string): UserFacts
  forget(user: EntityRecord): void
  forgetAll(): void
}

export function createUserFactsCache(database: DatabaseSync): UserFactsCache {
  const select = database.prepare(
    `SELECT created_at, email, phone_number, username, custom,
       (SELECT json_group_array(verification_method) FROM (
          SELECT verification_method FROM authenticators
          WHERE tenant_id = ?1 AND user_id = ?2 AND removed_at IS NULL AND verified_at IS NOT NULL ORDER BY created_at)) AS methods,
       (SELECT json_group_array(json_array(device_id, created_at, remembered_until, invalidated_at)) FROM (
          SELECT device_id, created_at, remembered_until, invalidated_at FROM devices
          WHERE tenant_id = ?1 AND user_id = ?2 ORDER BY created_at DESC LIMIT ${MAX_DEVICES})) AS devices
     FROM users WHERE tenant_id = ?1 AND user_id = ?2`,
  )
  let epoch = 0

  function load(tenantId: string, userId: string): UserFacts {
    const row = select.get(tenantId, userId) as UserRow | undefined
    if (row === undefined) return unknownUser
    return {
      createdAt: row.created_at,
      email: row.email,
      phoneNumber: row.phone_number,
      username: row.username,
      custom: toCustom(row.custom),
      enrolledMethods: row.methods === '[]' ? [] : [...new Set(JSON.parse(row.methods) as string[])],
      devices: (JSON.parse(row.devices) as DeviceColumns[]).map(toDevice),
    }
  }

  return {
    get(user, tenantId, userId) {
      if (user.facts === undefined || user.factsEpoch !== epoch) {
        user.facts = load(tenantId, userId)
        user.factsEpoch = epoch
      }
      return user.facts
    },
    forget(user) {
      user.facts = undefined
    },
    forgetAll() {
      epoch++
    },
  }
}

interface UserRow {
  created_at: number
  email: string | null
  phone_number: string | null
  username: string | null
  custom: string
  methods: string
  devices: string
}

type DeviceColumns = [deviceId: string, createdAt: number, rememberedUntil: number | null, invalidatedAt: number | null]

const noCustom: UserFacts['custom'] = Object.freeze(Object.create(null))

/** A user who was never seen. */
export const unknownUser: UserFacts = Object.freeze({
  createdAt: null,
  email: null,
  phoneNumber: null,
  username: null,
  custom: noCustom,
  enrolledMethods: [],
  devices: [],
})

function toCustom(text: string): UserFacts['custom'] {
  if (text === '{}') return noCustom
  return Object.assign(Object.create(null), JSON.parse(text))
}

function toDevice([deviceId, createdAt, rememberedUntil, invalidatedAt]: DeviceColumns): DeviceFacts {
  return { deviceId, createdAt, rememberedUntil, invalidatedAt }
}
