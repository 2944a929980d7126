import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Store } from '../storage/store.ts'
import { prefixSubject, type WatchedPrefix } from '../tries/prefix-breaker.ts'
import { readSubject } from '../tries/subject.ts'

export interface ReleaseDeps {
  store: Pick<Store, 'transaction'>
  clock: () => number
  newId: () => string
}

/** Forgets the wrong answers of a user with a method, so that the next answer is judged. Answers with the number of authenticators that were throttled. */
export async function unlockMethod(
  deps: ReleaseDeps,
  { tenantId, userId, method }: { tenantId: string; userId: string; method: string },
  actor: Actor,
): Promise<{ unlocked: number }> {
  return deps.store.transaction({ tenantId, userId }, async ({ db }) => {
    const rows = await db
      .selectFrom('tries')
      .select(['subject', 'streak'])
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', userId)
      .execute()
    const ofMethod = rows.filter(({ subject }) => /^answers /.test(subject) && readSubject(subject).parts[1] === method)
    if (ofMethod.length === 0) return { unlocked: 0 }
    const subjects = ofMethod.map(({ subject }) => subject)
    await db.deleteFrom('tries').where('tenant_id', '=', tenantId).where('subject', 'in', subjects).execute()
    const details = { verificationMethod: method }
    const entry = { tenantId, at: deps.clock(), actor, event: 'authenticator.unlocked', userId, details }
    await insertAuditEntry(db, deps.newId(), entry)
    return { unlocked: ofMethod.filter(({ streak }) => streak > 0).length }
  })
}

/** Lets messages to a prefix go out again. Those of the last hour no longer count against it. */
export async function releasePrefix(
  deps: ReleaseDeps,
  tenantId: string,
  watched: WatchedPrefix,
  actor: Actor,
): Promise<{ isReleased: boolean }> {
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    const at = deps.clock()
    const { numUpdatedRows } = await db
      .updateTable('tries')
      .set({ locked_until: 0, streak: 0 })
      .where('tenant_id', '=', tenantId)
      .where('subject', '=', prefixSubject(watched))
      .where('locked_until', '>', at)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) return { isReleased: false }
    const isCountry = watched.scope === 'country'
    await db
      .updateTable('sends')
      .set(isCountry ? { country: null } : { number_block: null })
      .where('tenant_id', '=', tenantId)
      .where(isCountry ? 'country' : 'number_block', '=', watched.prefix)
      .where('completed_at', 'is', null)
      .execute()
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'sends.released', details: { ...watched } })
    return { isReleased: true }
  })
}
