import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { UserFacts } from '@sallyport/engine'

/** Devices that a decision sees, most recent first. */
const MAX_DEVICES = 50

/** Reads what the application and the user's authenticators say of a user. */
export interface UserFactsReader {
  load(tenantId: string, userId: string): UserFacts
}

export function createUserFactsReader(database: DatabaseSync): UserFactsReader {
  const selectUser: StatementSync = database.prepare(
    'SELECT created_at, email, phone_number, username, custom FROM users WHERE tenant_id = ? AND user_id = ?',
  )
  const selectMethods: StatementSync = database.prepare(
    `SELECT verification_method FROM authenticators
     WHERE tenant_id = ? AND user_id = ? AND removed_at IS NULL AND verified_at IS NOT NULL ORDER BY created_at`,
  )
  const selectDevices: StatementSync = database.prepare(
    `SELECT device_id, created_at, remembered_until, invalidated_at FROM devices
     WHERE tenant_id = ? AND user_id = ? ORDER BY created_at DESC LIMIT ${MAX_DEVICES}`,
  )
  return {
    load(tenantId, userId) {
      const user = selectUser.get(tenantId, userId) as UserRow | undefined
      if (user === undefined) return unknownUser
      const methods = selectMethods.all(tenantId, userId) as unknown as { verification_method: string }[]
      const devices = selectDevices.all(tenantId, userId) as unknown as DeviceRow[]
      return {
        createdAt: user.created_at,
        email: user.email,
        phoneNumber: user.phone_number,
        username: user.username,
        custom: toCustom(user.custom),
        enrolledMethods: [...new Set(methods.map((row) => row.verification_method))],
        devices: devices.map((row) => ({
          deviceId: row.device_id,
          createdAt: row.created_at,
          rememberedUntil: row.remembered_until,
          invalidatedAt: row.invalidated_at,
        })),
      }
    },
  }
}

interface UserRow {
  created_at: number
  email: string | null
  phone_number: string | null
  username: string | null
  custom: string
}

interface DeviceRow {
  device_id: string
  created_at: number
  remembered_until: number | null
  invalidated_at: number | null
}

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
