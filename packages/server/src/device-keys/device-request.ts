import { hash, randomBytes } from 'node:crypto'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { type ChallengeRow, insertChallenge } from '../challenges/challenge-row.ts'
import { unusableChallenge } from '../challenges/refused-answer.ts'
import { toUuid } from '../challenges/to-uuid.ts'
import type { Db, Store } from '../storage/store.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'

/** A challenge that waits for a device: one asks, a browser or an application, and another one answers. */
export interface DeviceRequest {
  row: ChallengeRow
  details: RequestDetails
}

export interface RequestDetails {
  /** Of whoever asked with a token. Their instance is the one that is passed. */
  claims?: TokenClaims
  /** The device has to send it. */
  number?: string
  /** Nothing has to be brought from the page to the device. */
  isPlainApproval?: boolean
  /** Digest of the code that only the one who asked has. */
  deviceCode?: string
  /** Where it was asked from, for the person at the device. */
  ipAddress: string
  userAgent?: string
  deviceId?: string
  /** Said by whoever asked without a token. */
  custom?: Record<string, unknown>
  /** The authenticator that scanned it. */
  claimedBy?: string
  decision?: 'approved' | 'denied' | 'mismatched'
  decidedBy?: string
}

export interface NewRequest {
  method: NamedMethod
  tenantId: string
  token: TokenClaims | undefined
  actionCode: string
  lifetimeMs: number
  details: RequestDetails
}

function kindOf({ name }: NamedMethod): ChallengeRow['kind'] {
  return `${name.toLowerCase()}_request` as ChallengeRow['kind']
}

/** Puts a request on record, under an id that cannot be guessed. */
export async function insertRequest(db: Db, request: NewRequest, at: number): Promise<ChallengeRow> {
  const { method, tenantId, token, actionCode, lifetimeMs, details } = request
  const row: ChallengeRow = {
    tenant_id: tenantId,
    challenge_id: toUuid(randomBytes(16)),
    kind: kindOf(method),
    user_id: token?.userId ?? null,
    action_code: actionCode,
    idempotency_key: token?.idempotencyKey ?? null,
    webauthn_challenge: null,
    details: JSON.stringify({ ...details, ...(token !== undefined && { claims: token }) }),
    created_at: at,
    expires_at: at + lifetimeMs,
    consumed_at: null,
  }
  await insertChallenge(db, row)
  return row
}

/** The request of this id, decided or not. Refuses one that is unknown or has expired. */
export async function loadRequest(db: Db, tenantId: string, method: NamedMethod, challengeId: string, at: number): Promise<DeviceRequest> {
  const row = await db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('challenge_id', '=', challengeId)
    .where('kind', '=', kindOf(method))
    .where('expires_at', '>', at)
    .executeTakeFirst()
  if (row === undefined) throw unusableChallenge()
  return { row, details: JSON.parse(row.details) }
}

/** The requests of these ids, decided or not, that have not expired. */
export async function listRequests(
  db: Db,
  tenantId: string,
  method: NamedMethod,
  challengeIds: readonly string[],
  at: number,
): Promise<DeviceRequest[]> {
  const rows = await db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('challenge_id', 'in', challengeIds)
    .where('kind', '=', kindOf(method))
    .where('expires_at', '>', at)
    .execute()
  return rows.map((row) => ({ row, details: JSON.parse(row.details) }))
}

/** The requests to a user's devices that wait for a decision, the newest first. */
export async function listOpenRequests(
  db: Db,
  tenantId: string,
  userId: string,
  method: NamedMethod,
  at: number,
): Promise<DeviceRequest[]> {
  const rows = await db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', '=', userId)
    .where('kind', '=', kindOf(method))
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', at)
    .orderBy('created_at', 'desc')
    .limit(20)
    .execute()
  return rows.map((row) => ({ row, details: JSON.parse(row.details) }))
}

/** Changes an open request: true for exactly one of all who try at once. With `consumedAt`, it is decided and takes no further change. */
export async function changeRequest(
  db: Db,
  { row }: DeviceRequest,
  changed: RequestDetails,
  { at, consumedAt = null }: { at: number; consumedAt?: number | null },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('challenges')
    .set({ details: JSON.stringify(changed), consumed_at: consumedAt })
    .where('tenant_id', '=', row.tenant_id)
    .where('challenge_id', '=', row.challenge_id)
    .where('consumed_at', 'is', null)
    .where('details', '=', row.details)
    .where('expires_at', '>', at)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

/** Takes back a request that reached no device. */
export async function dropRequest({ db }: Pick<Store, 'db'>, row: ChallengeRow): Promise<void> {
  await db.deleteFrom('challenges').where('tenant_id', '=', row.tenant_id).where('challenge_id', '=', row.challenge_id).execute()
}

/** The record of the answer to a request: the request itself is on record already, under its own id. */
export function answerIdOf({ challenge_id: id }: ChallengeRow): string {
  return toUuid(hash('sha256', `answer ${id}`, 'buffer'))
}

/** A code for the one who asked, and what is kept of it. */
export function createDeviceCode(): { code: string; digest: string } {
  const code = randomBytes(32).toString('base64url')
  return { code, digest: digestOf(code) }
}

export function digestOf(code: string): string {
  return hash('sha256', code, 'base64url')
}
