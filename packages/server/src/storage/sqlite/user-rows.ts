import { randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { findDeviceFacts, type UserFacts } from '@sallyport/engine'
import type { DecideRequest } from '../deciding-store.ts'
import { withTracked } from '../stored-user.ts'
import type { EntityRecord } from './entity-cache.ts'
import type { UserFactsCache } from './user-facts.ts'

/** Writes the facts about a user that come with a track, when they are new. */
export interface UserRows {
  /** Puts user and device on record if they are new, and stores attributes that changed. */
  record(request: DecideRequest, user: EntityRecord, known: UserFacts, device?: EntityRecord): void
}

export function createUserRows(database: DatabaseSync, facts: Pick<UserFactsCache, 'addDevice' | 'isNoted' | 'noteDevice'>): UserRows {
  const insertUser = database.prepare(
    `INSERT INTO users (tenant_id, user_id, user_handle, email, email_verified, phone_number, phone_number_verified, username, custom, created_at, updated_at)
     VALUES (?, ?, ?, ?, 0, ?, 0, ?, '{}', ?, ?) ON CONFLICT DO NOTHING`,
  )
  // A changed address is not verified any more.
  const updateUser = database.prepare(
    `UPDATE users SET
       email_verified = CASE WHEN email IS ?1 THEN email_verified ELSE 0 END,
       phone_number_verified = CASE WHEN phone_number IS ?2 THEN phone_number_verified ELSE 0 END,
       email = ?1, phone_number = ?2, username = ?3, updated_at = ?4
     WHERE tenant_id = ?5 AND user_id = ?6`,
  )
  const insertDevice = database.prepare(
    'INSERT INTO devices (tenant_id, user_id, device_id, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  )
  return {
    record(request, user, known, device) {
      const { tenantId, userId } = request.key
      const { email, phoneNumber, username } = withTracked(known, request.user)
      const isSame = known.createdAt !== null && email === known.email && phoneNumber === known.phoneNumber && username === known.username
      if (known.createdAt === null) {
        const handle = randomBytes(32).toString('base64url')
        insertUser.run(tenantId, userId, handle, email, phoneNumber, username, request.at, request.at)
      } else if (!isSame) {
        updateUser.run(email, phoneNumber, username, request.at, tenantId, userId)
      }
      const { deviceId } = request
      if (deviceId === null || findDeviceFacts(known, deviceId) !== undefined) return
      if (device !== undefined && facts.isNoted(user, device)) return
      const { changes } = insertDevice.run(tenantId, userId, deviceId, request.at)
      if (changes === 0) {
        if (device !== undefined) facts.noteDevice(user, device)
      } else if (isSame) facts.addDevice(user, known, deviceId, request.at)
    },
  }
}
