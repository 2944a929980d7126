import type { VerificationMethod } from '@sallyport/engine'
import type { Selectable } from 'kysely'
import { prepareQuery } from '../storage/prepare-query.ts'
import type { ChallengeTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

export type ChallengeRow = Selectable<ChallengeTable>

/** How long a challenge can be answered (WA-02). The options of a ceremony say the same to the browser. */
export const challengeLifetimeMs = 5 * 60 * 1000

/** What a challenge of a method is for. One kind never serves as another, nor one method's as another's (WA-02, TK-03). */
export function challengeKind(method: VerificationMethod, use: 'registration' | 'authentication' | 'code'): ChallengeRow['kind'] {
  return `${method.toLowerCase()}_${use}`
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
  /** The user who was asked; `null`: anyone whose authenticator answers. */
  userId: string | null
  actionCode: string
  idempotencyKey: string | null
  expiresAt: number
  /** When it was made, milliseconds UTC. Absent: it lives as long as most do. */
  createdAt?: number | undefined
}

/** When the challenge was made, milliseconds UTC. */
export function askedAt({ expiresAt, createdAt }: Pick<AnsweredChallenge, 'expiresAt' | 'createdAt'>): number {
  return createdAt ?? expiresAt - challengeLifetimeMs
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
 * How many challenges of the same user and action instance were answered, this one included, by whichever method: whoever guesses has the same number of
 * tries with one authenticator as with three. Bindings do not count.
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
    .where('kind', 'like', '%_authentication')
    .where('consumed_at', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(counted.answers)
}
