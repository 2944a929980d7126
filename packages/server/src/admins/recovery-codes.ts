import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { createRecoveryCodeSet, hashRecoveryCode, matchesRecoveryCode, readRecoveryCode } from '../recovery-code.ts'
import type { Db, Store } from '../storage/store.ts'
import { loadAdmin } from './find-admin.ts'
import { prepareNotice } from './prepare-notice.ts'

/** A set of codes that is not stored yet. Only its hashes will be. */
export interface NewRecoveryCodes {
  codes: string[]
  rows: { selector: string; salted_hash: string }[]
}

/** Makes ten codes, each good once. Before a transaction: the hashes take a while. */
export async function createRecoveryCodes(): Promise<NewRecoveryCodes> {
  const { codes, hashed } = await createRecoveryCodeSet()
  return { codes, rows: hashed.map(({ selector, saltedHash }) => ({ selector, salted_hash: saltedHash })) }
}

/** Stores a set in place of the one before. */
export async function replaceRecoveryCodes(
  db: Db,
  { tenantId, adminId, at }: { tenantId: string; adminId: string; at: number },
  { rows }: NewRecoveryCodes,
): Promise<void> {
  await db.deleteFrom('admin_recovery_codes').where('tenant_id', '=', tenantId).where('admin_id', '=', adminId).execute()
  await db
    .insertInto('admin_recovery_codes')
    .values(rows.map((row) => ({ ...row, tenant_id: tenantId, admin_id: adminId, created_at: at, used_at: null })))
    .execute()
}

export interface RegenerateDeps {
  store: Pick<Store, 'transaction'>
  delivery: Pick<Delivery, 'send'>
  clock: () => number
  newId: () => string
}

/** Makes a new set for an admin. The codes are shown only here, and all earlier ones end. */
export async function regenerateRecoveryCodes(
  deps: RegenerateDeps,
  { tenantId, adminId }: { tenantId: string; adminId: string },
  actor: Actor,
): Promise<string[]> {
  const made = await createRecoveryCodes()
  const at = deps.clock()
  const notify = await deps.store.transaction({ tenantId }, async ({ db }) => {
    const { email } = await loadAdmin(db, tenantId, adminId)
    await replaceRecoveryCodes(db, { tenantId, adminId, at }, made)
    const details = { adminId, codes: made.codes.length }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'admin.recovery_codes_created', details })
    return prepareNotice(db, { tenantId, email }, 'admin_recovery_codes_created', { at, ipAddress: actor.ipAddress })
  })
  notify(deps.delivery)
  return made.codes
}

export async function countRecoveryCodes(db: Db, tenantId: string, adminId: string): Promise<number> {
  const { left } = await db
    .selectFrom('admin_recovery_codes')
    .select(({ fn }) => fn.countAll<number | bigint | string>().as('left'))
    .where('tenant_id', '=', tenantId)
    .where('admin_id', '=', adminId)
    .where('used_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(left)
}

/** Whose code it is. */
export interface FoundRecoveryCode {
  tenantId: string
  adminId: string
  selector: string
}

/** Codes that begin with the same characters and are looked at. */
const maxSame = 3
/** Compared with where there is no such code, so that an unknown beginning takes as long as a wrong end (LG-05). */
let decoy: Promise<string> | undefined

/** The unused code that somebody typed. `holder`: the beginning is one of this admin's. */
export async function findRecoveryCode(
  db: Db,
  text: string,
): Promise<{ found: FoundRecoveryCode } | { found: undefined; holder: { tenantId: string; adminId: string } | undefined }> {
  const code = readRecoveryCode(text)
  if (code === undefined) return { found: undefined, holder: undefined }
  const rows = await db
    .selectFrom('admin_recovery_codes')
    .select(['tenant_id', 'admin_id', 'selector', 'salted_hash'])
    .where('selector', '=', code.selector)
    .where('used_at', 'is', null)
    .limit(maxSame)
    .execute()
  if (rows.length === 0) {
    decoy ??= hashRecoveryCode('')
    await matchesRecoveryCode(code.secret, await decoy)
  }
  for (const { tenant_id: tenantId, admin_id: adminId, selector, salted_hash } of rows) {
    if (await matchesRecoveryCode(code.secret, salted_hash)) return { found: { tenantId, adminId, selector } }
  }
  const [first] = rows
  return { found: undefined, holder: first && { tenantId: first.tenant_id, adminId: first.admin_id } }
}

/** Uses a code up: true for exactly one caller. */
export async function useUpRecoveryCode(db: Db, { tenantId, adminId, selector }: FoundRecoveryCode, at: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('admin_recovery_codes')
    .set({ used_at: at })
    .where('tenant_id', '=', tenantId)
    .where('admin_id', '=', adminId)
    .where('selector', '=', selector)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
