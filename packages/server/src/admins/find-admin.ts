import type { Role } from '../callers/role.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'

export interface Admin {
  adminId: string
  name: string
  role: Role
  userHandle: string
  /** Where the admin is written to. */
  email: string | null
  createdAt: number
  lastSeenAt: number | null
}

export async function findAdmin(db: Db, tenantId: string, adminId: string): Promise<Admin | undefined> {
  const row = await selectAdmins(db, tenantId).where('admin_id', '=', adminId).executeTakeFirst()
  return row && toAdmin(row)
}

/** As `findAdmin`. Refuses when there is none. */
export async function loadAdmin(db: Db, tenantId: string, adminId: string): Promise<Admin> {
  const admin = await findAdmin(db, tenantId, adminId)
  if (admin === undefined) throw new ApiError('not_found', 'there is no such admin')
  return admin
}

/** The admins of a tenant, the first one first. */
export async function listAdmins(db: Db, tenantId: string): Promise<Admin[]> {
  return (await selectAdmins(db, tenantId).orderBy('created_at').orderBy('admin_id').execute()).map(toAdmin)
}

function selectAdmins(db: Db, tenantId: string) {
  return db.selectFrom('admins').selectAll().where('tenant_id', '=', tenantId)
}

type Row = Awaited<ReturnType<ReturnType<typeof selectAdmins>['execute']>>[number]

function toAdmin(row: Row): Admin {
  const { admin_id: adminId, name, role, user_handle: userHandle, created_at: createdAt, last_seen_at: lastSeenAt, email } = row
  return { adminId, name, role, userHandle, email, createdAt, lastSeenAt }
}
