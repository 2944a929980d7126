import { createHash } from 'node:crypto'
import { type EntityRef, type FeatureDefinition, instanceEntities, withoutUser } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { endSnoozesOfUser } from '../configuration/end-snoozes-of-user.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import type { Store } from '../storage/store.ts'

export interface DeleteUserDeps {
  store: Store
  tenants: Pick<TenantDirectory, 'invalidate'>
  clock: () => number
  newId: () => string
}

/**
 * Erases a user for good (LG-03): attributes, authenticators, devices, sessions, open challenges, action history and all that was learnt, and with
 * them devices, addresses and what else features count by that nobody else has shown lately. A rule that was silenced for the user is so no more. A user who comes back under the same id begins as a stranger (TN-03).
 *
 * The audit log keeps when and by whom, without saying of whom: the entries lose user, address and details, and the erasure itself names the user
 * by a digest only, so that an operator who is asked can confirm it.
 */
export async function deleteUser(
  deps: DeleteUserDeps,
  { tenantId, features }: { tenantId: string; features: readonly FeatureDefinition[] },
  userId: string,
  actor: Actor,
): Promise<void> {
  let wasSnoozed = false
  try {
    await deps.store.transaction({ tenantId, userId }, async (tx) => {
      wasSnoozed = await endSnoozesOfUser(tx.db, tenantId, userId)
      const tables = [
        'user_sessions',
        'authenticators',
        'devices',
        'challenges',
        'tries',
        'sends',
        'review_claims',
        'unlearnings',
        'users',
      ] as const
      for (const table of tables) {
        await tx.db.deleteFrom(table).where('tenant_id', '=', tenantId).where('user_id', '=', userId).execute()
      }
      const chained = await tx.db
        .selectFrom('audit_log')
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('salt', 'is not', null)
        .select((select) => select.fn.countAll<number>().as('entries'))
        .executeTakeFirstOrThrow()
      await tx.db
        .updateTable('audit_log')
        .set({ actor_id: null, actor_name: null })
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('actor', '=', 'user')
        .execute()
      await tx.db
        .updateTable('audit_log')
        .set({ user_id: null, ip_address: null, details: '{}', salt: null })
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .execute()
      const times = new Map<string, number>()
      await tx.forgetUser(tenantId, userId, {
        entitiesOf(instance) {
          const refs = instanceEntities(instance, features)
          for (const ref of refs) times.set(nameOf(ref), (times.get(nameOf(ref)) ?? 0) + 1)
          return refs
        },
        withoutUser: (ref, entity) => withoutUser(ref, entity, userId, times.get(nameOf(ref)) ?? 0),
      })
      await insertAuditEntry(tx.db, deps.newId(), {
        tenantId,
        at: deps.clock(),
        actor,
        event: 'user.deleted',
        details: { userIdSha256: createHash('sha256').update(userId).digest('hex'), erasedEntries: Number(chained.entries) },
      })
    })
  } finally {
    // Also after a failure: a database that went away during the commit may have committed.
    if (wasSnoozed) deps.tenants.invalidate(tenantId)
  }
}

function nameOf({ kind, key }: EntityRef): string {
  return `${kind}\n${key}`
}
