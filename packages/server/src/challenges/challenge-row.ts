import { hash, randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import { prepareQuery } from '../storage/prepare-query.ts'
import type { ChallengeTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

export type ChallengeRow = Selectable<ChallengeTable>

/** How long a challenge can be answered (WA-02). The options of a ceremony say the same to the browser. */
export const challengeLifetimeMs = 5 * 60 * 1000

/** The challenge of a registration: 32 bytes from the system's generator (WA-01), base64url. */
export function createWebauthnChallenge(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * The id of the challenge that holds these WebAuthn bytes: a digest of them, written as a UUID (RFC 9562, version 8). So an answer finds its challenge by
 * primary key even when the client does not send the id along, and can not be paired with another one.
 */
export function challengeIdOf(webauthnChallenge: string): string {
  return toUuid(hash('sha256', webauthnChallenge, 'buffer'))
}

/**
 * The id of a challenge that begins with random bytes and vouches for itself, and so needs no digest: a time, then the random bytes. Ids of challenges that are
 * made one after the other lie side by side in the store's index.
 */
export function orderedChallengeIdOf(webauthnChallenge: string, at: number): string {
  const bytes = Buffer.from(webauthnChallenge.slice(0, 24), 'base64url')
  bytes.writeUIntBE(at, 0, 6)
  return toUuid(bytes)
}

function toUuid(bytes: Buffer): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex', 0, 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

export async function insertChallenge(db: Db, row: ChallengeRow): Promise<void> {
  await db.insertInto('challenges').values(row).execute()
}

/** A challenge of this kind that can still be answered: not expired, not consumed. */
export function findOpenChallenge(
  db: Db,
  tenantId: string,
  kind: ChallengeRow['kind'],
  challengeId: string,
  at: number,
): Promise<ChallengeRow | undefined> {
  return db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('challenge_id', '=', challengeId)
    .where('kind', '=', kind)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst()
}

/**
 * Takes a challenge out of use: true for exactly one caller, however many ask at once and from how many processes (TX-06). One statement, because a
 * look and a write in two would let two answers through.
 */
export async function consumeChallenge(db: Db, row: ChallengeRow, at: number): Promise<boolean> {
  const result = await db
    .updateTable('challenges')
    .set({ consumed_at: at })
    .where('tenant_id', '=', row.tenant_id)
    .where('challenge_id', '=', row.challenge_id)
    .where('kind', '=', row.kind)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', at)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** A challenge that was kept nowhere until it was answered. */
export interface AnsweredChallenge {
  tenantId: string
  challengeId: string
  kind: ChallengeRow['kind']
  /** The user who was asked; `null`: anyone whose passkey answers. */
  userId: string | null
  actionCode: string
  idempotencyKey: string | null
  expiresAt: number
}

/**
 * Puts a challenge on record as answered: true for exactly one caller, however many answer at once and in how many processes (TX-06). One statement. The
 * record stays for longer than the challenge could be answered.
 */
export async function useUpChallenge(db: Db, answered: AnsweredChallenge, at: number): Promise<boolean> {
  const { tenantId, challengeId, kind, userId, actionCode, idempotencyKey, expiresAt } = answered
  const inserted = await insertAnswered(db, tenantId, challengeId, kind, userId, actionCode, idempotencyKey, expiresAt, at)
  return inserted.numAffectedRows === 1n
}

const insertAnswered = prepareQuery(
  (
    db,
    tenant_id: string,
    challenge_id: string,
    kind: ChallengeRow['kind'],
    user_id: string | null,
    action_code: string,
    idempotency_key: string | null,
    expires_at: number,
    consumed_at: number,
  ) =>
    db
      .insertInto('challenges')
      .values({
        tenant_id,
        challenge_id,
        kind,
        user_id,
        action_code,
        idempotency_key,
        webauthn_challenge: null,
        details: '{}',
        created_at: consumed_at,
        expires_at,
        consumed_at,
      })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'challenge_id']).doNothing()),
)

/**
 * How many challenges of the same user and action instance were answered, this one included.
 * Asked after the answer's own challenge is used up, in a transaction that holds the user: of any number of answers at once, the nth counts n.
 */
export async function countAnswers(db: Db, answered: AnsweredChallenge): Promise<number> {
  const counted = await db
    .selectFrom('challenges')
    .select(({ fn }) => fn.countAll<number | bigint | string>().as('answers'))
    .where('tenant_id', '=', answered.tenantId)
    .where('user_id', '=', answered.userId)
    .where('action_code', '=', answered.actionCode)
    .where('idempotency_key', '=', answered.idempotencyKey)
    .where('kind', '=', answered.kind)
    .where('consumed_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(counted.answers)
}
