import { randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { UserTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'

export type UserRow = Selectable<UserTable>

export function findUser(db: Db, tenantId: string, userId: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('tenant_id', '=', tenantId).where('user_id', '=', userId).executeTakeFirst()
}

/** Puts a user on record who is not there yet, with a WebAuthn user handle that says nothing of who it is (WA-21). */
export async function ensureUser(db: Db, tenantId: string, userId: string, at: number): Promise<void> {
  await db
    .insertInto('users')
    .values({
      tenant_id: tenantId,
      user_id: userId,
      user_handle: randomBytes(32).toString('base64url'),
      email: null,
      email_verified: 0,
      phone_number: null,
      phone_number_verified: 0,
      username: null,
      display_name: null,
      locale: null,
      default_verification_method: null,
      custom: '{}',
      created_at: at,
      updated_at: at,
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doNothing())
    .execute()
}
