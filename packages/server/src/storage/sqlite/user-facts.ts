import type { DatabaseSync } from 'node:sqlite'
import { type UserFacts, unknownUser, withDeviceIndex, withNewestDevice } from '@sallyport/engine'
import { type AuthenticatorColumns, type DeviceColumns, maxDevices, newDevice, toUserFacts, type UserColumns } from '../stored-user.ts'
import type { Dictionary } from './dictionary.ts'
import type { EntityCache, EntityRecord } from './entity-cache.ts'
import { toKeptFacts } from './kept-facts.ts'
import type { UndoLog } from './undo-log.ts'

/** A user with more devices than this has some of them looked for again. */
const mostOthers = 256

/**
 * The facts about a user from the application and the user's authenticators, read from the tables that the feature folders write, and kept beside
 * the user's entity.
 *
 * INVARIANT: kept facts are what the tables say. Triggers see every write of this connection and drop what it concerns;
 * when a write is undone, what was read in between is dropped again.
 */
export interface UserFactsCache {
  get(user: EntityRecord, tenantId: string, userId: string): UserFacts
  /**
   * A device was put on record for a user with these facts, and nothing else of theirs has changed since these were read. A user who comes with a new device
   * each time would otherwise have all their devices read again each time.
   */
  addDevice(user: EntityRecord, known: UserFacts, deviceId: string, at: number): void
  /** Whether `noteDevice` was called for this device since anything of the user's has changed. */
  isNoted(user: EntityRecord, device: EntityRecord): boolean
  /** The device is on record, but not among the devices that a decision sees. One of which nothing is remembered yet is not noted. */
  noteDevice(user: EntityRecord, device: EntityRecord): void
}

export interface UserFactsDeps {
  database: DatabaseSync
  dictionary: Dictionary
  entities: EntityCache
  undoLog: UndoLog
}

export function createUserFactsCache({ database, dictionary, entities, undoLog }: UserFactsDeps): UserFactsCache {
  const selectUser = database.prepare(
    'SELECT created_at, email, phone_number, username, custom FROM users WHERE tenant_id = ? AND user_id = ?',
  )
  const selectAuthenticators = database.prepare(
    `SELECT verification_method, created_at, last_verified_at, backup_eligible, backup_state, name, details FROM authenticators
     WHERE tenant_id = ? AND user_id = ? AND removed_at IS NULL AND verified_at IS NOT NULL ORDER BY created_at`,
  )
  const selectDevices = database.prepare(
    `SELECT device_id, created_at, remembered_until, invalidated_at, last_verification_method FROM devices
     WHERE tenant_id = ? AND user_id = ? ORDER BY created_at DESC LIMIT ${maxDevices}`,
  )
  for (const statement of [selectUser, selectAuthenticators, selectDevices]) statement.setReturnArrays(true)
  createTriggers(database, forget)

  function forget(tenantId: unknown, userId: unknown): null {
    const tenantNo = dictionary.findNumber(String(tenantId))
    if (tenantNo === undefined) return null
    const drop = () => {
      const user = entities.findLoaded(tenantNo, 'user', String(userId))
      if (user !== undefined) entities.setFacts(user, undefined)
    }
    drop()
    undoLog.add(drop)
    return null
  }

  function load(tenantId: string, userId: string): UserFacts {
    const user = selectUser.get(tenantId, userId) as UserColumns | undefined
    if (user === undefined) return unknownUser
    const authenticators = selectAuthenticators.all(tenantId, userId) as unknown as AuthenticatorColumns[]
    const devices = selectDevices.all(tenantId, userId) as unknown as DeviceColumns[]
    return toUserFacts(user, authenticators, devices)
  }

  return {
    get(user, tenantId, userId) {
      const kept = entities.getFacts(user)
      if (kept !== undefined) return kept.user
      const facts = toKeptFacts(withDeviceIndex(load(tenantId, userId)))
      entities.setFacts(user, facts)
      return facts.user
    },
    addDevice(user, known, deviceId, at) {
      const [newest] = known.devices
      // Among devices of one moment, the table knows the order.
      if (newest !== undefined && at <= newest.createdAt) return
      entities.setFacts(user, toKeptFacts(withNewestDevice(known, newDevice(deviceId, at), maxDevices)))
    },
    isNoted: (user, { id }) => id !== undefined && entities.getFacts(user)?.otherDevices.includes(id) === true,
    noteDevice(user, { id }) {
      const facts = entities.getFacts(user)
      if (facts === undefined || id === undefined) return
      const others = facts.otherDevices.length >= mostOthers ? [] : facts.otherDevices
      entities.setFacts(user, toKeptFacts(facts.user, [...others, id]))
    },
  }
}

function createTriggers(database: DatabaseSync, forget: (tenantId: unknown, userId: unknown) => null): void {
  database.function('forget_user_facts', { directOnly: false }, forget)
  for (const table of ['users', 'authenticators', 'devices']) {
    const forgetOf = (row: string) => `SELECT forget_user_facts(${row}.tenant_id, ${row}.user_id);`
    database.exec(`
      CREATE TEMP TRIGGER ${table}_inserted AFTER INSERT ON main.${table} BEGIN ${forgetOf('new')} END;
      CREATE TEMP TRIGGER ${table}_updated AFTER UPDATE ON main.${table} BEGIN ${forgetOf('new')} END;
      CREATE TEMP TRIGGER ${table}_given_away AFTER UPDATE ON main.${table}
        WHEN old.user_id <> new.user_id OR old.tenant_id <> new.tenant_id BEGIN ${forgetOf('old')} END;
      CREATE TEMP TRIGGER ${table}_deleted AFTER DELETE ON main.${table} BEGIN ${forgetOf('old')} END;
    `)
  }
}
