import type { Actor } from '../audit/actor.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import type { ReviewClaimTable } from '../storage/schema.ts'
import type { Db, InstanceKey } from '../storage/store.ts'

/** For how long a person may look at an action before anybody else may claim it. */
const claimMs = 10 * 60 * 1000

/** Somebody looks at an action that waits for a review. Times are milliseconds UTC. */
export interface ReviewClaim {
  actor: Pick<Actor, 'kind' | 'id' | 'name'>
  claimedAt: number
  expiresAt: number
}

/**
 * Claims an action for the actor, or lets the actor's own claim begin again. Answers with the claim that then stands: of two people who claim at once, the
 * second gets the claim of the first. One statement decides, in whichever process.
 */
export async function takeClaim(db: Db, key: InstanceKey, actor: Actor, at: number): Promise<ReviewClaim> {
  const own = { actor_kind: actor.kind, actor_id: actor.id ?? '', actor_name: actor.name ?? null }
  const row = await db
    .insertInto('review_claims')
    .values({ ...columnsOf(key), ...own, claimed_at: at, expires_at: at + claimMs })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'user_id', 'action_code', 'idempotency_key'])
        .doUpdateSet((known) => ({
          ...own,
          claimed_at: known.case().when('review_claims.expires_at', '<=', at).then(at).else(known.ref('review_claims.claimed_at')).end(),
          expires_at: at + claimMs,
        }))
        .where((known) =>
          known.or([
            known('review_claims.expires_at', '<=', at),
            known.and([known('review_claims.actor_kind', '=', own.actor_kind), known('review_claims.actor_id', '=', own.actor_id)]),
          ]),
        ),
    )
    .returningAll()
    .executeTakeFirst()
  return toClaim(row ?? (await ofInstance(db, key).executeTakeFirstOrThrow()))
}

/** The claim that stands on an action. `undefined`: nobody's does. */
export async function findClaim(db: Db, key: InstanceKey, at: number): Promise<ReviewClaim | undefined> {
  const row = await ofInstance(db, key).where('expires_at', '>', at).executeTakeFirst()
  return row && toClaim(row)
}

/** The claims that stand on any of these actions of one tenant, by `claimKey`. */
export async function findClaims(
  db: Db,
  tenantId: string,
  keys: readonly InstanceKey[],
  at: number,
): Promise<ReadonlyMap<string, ReviewClaim>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .selectFrom('review_claims')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', 'in', [...new Set(keys.map(({ userId }) => userId))])
    .where('expires_at', '>', at)
    .execute()
  return new Map(rows.map((row) => [nameOf(row.user_id, row.action_code, row.idempotency_key), toClaim(row)]))
}

/** Names one action among those of a tenant. */
export function claimKey({ userId, action, idempotencyKey }: InstanceKey): string {
  return nameOf(userId, action, idempotencyKey)
}

/** Takes the claim off an action, whoever has it. */
export async function dropClaim(db: Db, key: InstanceKey): Promise<void> {
  const { tenant_id, user_id, action_code, idempotency_key } = columnsOf(key)
  await db
    .deleteFrom('review_claims')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('action_code', '=', action_code)
    .where('idempotency_key', '=', idempotency_key)
    .execute()
}

/** Forgets claims that have run out, of all tenants. */
export async function forgetClaims(db: Db, expiredBefore: number): Promise<number> {
  const { numDeletedRows } = await db.deleteFrom('review_claims').where('expires_at', '<', expiredBefore).executeTakeFirst()
  return Number(numDeletedRows)
}

/** People are told apart by who they signed in as, or by the key they use: who shares a key shares its claims. */
export function isOf({ actor }: ReviewClaim, { kind, id }: Actor): boolean {
  return actor.kind === kind && (actor.id ?? '') === (id ?? '')
}

/** The refusal that names who has the claim, and until when. */
export function claimedByAnother({ actor, expiresAt }: ReviewClaim): ApiError {
  const who = actor.name ?? `${actor.kind.replaceAll('_', ' ')} ${actor.id ?? ''}`.trim()
  return new ApiError('claimed_by_another', `\`${who}\` has claimed the action until ${toIso(expiresAt)}`)
}

function ofInstance(db: Db, key: InstanceKey) {
  const { tenant_id, user_id, action_code, idempotency_key } = columnsOf(key)
  return db
    .selectFrom('review_claims')
    .selectAll()
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', user_id)
    .where('action_code', '=', action_code)
    .where('idempotency_key', '=', idempotency_key)
}

function columnsOf({ tenantId, userId, action, idempotencyKey }: InstanceKey) {
  return { tenant_id: tenantId, user_id: userId, action_code: action, idempotency_key: idempotencyKey }
}

function nameOf(userId: string, action: string, idempotencyKey: string): string {
  return JSON.stringify([userId, action, idempotencyKey])
}

function toClaim({ actor_kind, actor_id, actor_name, claimed_at, expires_at }: ReviewClaimTable): ReviewClaim {
  return {
    actor: {
      kind: actor_kind as Actor['kind'],
      ...(actor_id !== '' && { id: actor_id }),
      ...(actor_name !== null && { name: actor_name }),
    },
    claimedAt: claimed_at,
    expiresAt: expires_at,
  }
}
