import type { KeyObject } from 'node:crypto'
import type { AuthenticatorDetails, AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import { listAuthenticators } from '../authenticators/list-authenticators.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import type { Db } from '../storage/store.ts'
import { type DevicePublicKey, readPublicKey } from './read-public-key.ts'

/** The `details` column of a device key. */
export interface DeviceKeyDetails extends AuthenticatorDetails {
  /** Milliseconds UTC. Absent: without end. */
  expiresAt?: number
}

/** A key in force. */
export interface DeviceKey {
  userId: string
  userAuthenticatorId: string
  key: KeyObject
  details: DeviceKeyDetails
  row: AuthenticatorRow
}

/** The key of a method with this public key, whoever of the tenant it belongs to. `undefined`: not registered, removed, or expired. */
export function findDeviceKey(
  db: Db,
  tenantId: string,
  method: NamedMethod,
  { credentialId }: DevicePublicKey,
  at: number,
): Promise<DeviceKey | undefined> {
  return findBy(db, tenantId, method, 'credential_id', credentialId, at)
}

/** The key of a method with this id. `undefined`: removed, or expired. */
export function findDeviceKeyById(
  db: Db,
  tenantId: string,
  method: NamedMethod,
  userAuthenticatorId: string,
  at: number,
): Promise<DeviceKey | undefined> {
  return findBy(db, tenantId, method, 'user_authenticator_id', userAuthenticatorId, at)
}

async function findBy(
  db: Db,
  tenantId: string,
  { name }: NamedMethod,
  column: 'credential_id' | 'user_authenticator_id',
  value: string,
  at: number,
): Promise<DeviceKey | undefined> {
  const row = await db
    .selectFrom('authenticators')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where(column, '=', value)
    .where('verification_method', '=', name)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return row && toDeviceKey(row, at)
}

/** The user's keys of a method that can be used, the ones bound last first. */
export async function listDeviceKeys(db: Db, tenantId: string, userId: string, { name }: NamedMethod, at: number): Promise<DeviceKey[]> {
  const bound = await listAuthenticators(db, tenantId, userId)
  return bound
    .filter(({ verification_method: method }) => method === name)
    .map((row) => toDeviceKey(row, at))
    .filter((key) => key !== undefined)
    .reverse()
}

function toDeviceKey(row: AuthenticatorRow, at: number): DeviceKey | undefined {
  const details: DeviceKeyDetails = JSON.parse(row.details)
  const read = readPublicKey(row.public_key ?? '')
  if (read === undefined || (details.expiresAt ?? Number.POSITIVE_INFINITY) <= at) return undefined
  return { userId: row.user_id, userAuthenticatorId: row.user_authenticator_id, key: read.key, details, row }
}

/** Why a device key that is brought in from elsewhere cannot be in force here. */
export function findDeviceKeyFault({ aNoun }: NamedMethod, { public_key, credential_id }: AuthenticatorRow): string | undefined {
  const read = readPublicKey(public_key ?? '')
  if (read === undefined) return `${aNoun} needs a public key on the curve P-256, as SPKI in base64url`
  return read.credentialId === credential_id ? undefined : `the \`credentialId\` of ${aNoun} is not the digest of its public key`
}
