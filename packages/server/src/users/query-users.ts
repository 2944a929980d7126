import type { Selectable } from 'kysely'
import { enrolledMethods } from '../authenticators/list-authenticators.ts'
import { enabledMethods } from '../configuration/enabled-methods.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import type { UserTable } from '../storage/schema.ts'
import type { Store } from '../storage/store.ts'
import { toUserAttributes, type UserAttributes } from './user-json.ts'

export interface UserQuery {
  userId?: string
  username?: string
  email?: string
  phoneNumber?: string
  limit: number
  lastEvaluatedUserId?: string
}

export interface QueriedUser extends UserAttributes {
  isEnrolled: boolean
  enrolledVerificationMethods: string[]
  createdAt: string
}

/** The users who have exactly these attributes, by user id, a page at a time. */
export async function queryUsers(
  deps: { store: Store },
  tenant: Tenant,
  query: UserQuery,
): Promise<{ users: QueriedUser[]; lastEvaluatedUserId?: string | undefined }> {
  const { db } = deps.store
  const { tenantId } = tenant
  let select = db.selectFrom('users').selectAll().where('tenant_id', '=', tenantId)
  if (query.userId !== undefined) select = select.where('user_id', '=', query.userId)
  if (query.username !== undefined) select = select.where('username', '=', query.username)
  if (query.email !== undefined) select = select.where('email', '=', query.email)
  if (query.phoneNumber !== undefined) select = select.where('phone_number', '=', query.phoneNumber)
  if (query.lastEvaluatedUserId !== undefined) select = select.where('user_id', '>', query.lastEvaluatedUserId)
  // One more than asked for tells whether there is another page.
  const found = await select
    .orderBy('user_id')
    .limit(query.limit + 1)
    .execute()
  const page = found.slice(0, query.limit)
  return {
    users: await describeUsers(deps, tenant, page),
    lastEvaluatedUserId: found.length > query.limit ? page.at(-1)?.user_id : undefined,
  }
}

/** Users as lists show them, in the given order. */
export async function describeUsers(
  { store: { db } }: { store: Pick<Store, 'db'> },
  tenant: Tenant,
  rows: readonly Selectable<UserTable>[],
): Promise<QueriedUser[]> {
  if (rows.length === 0) return []
  const authenticators = await db
    .selectFrom('authenticators')
    .selectAll()
    .where('tenant_id', '=', tenant.tenantId)
    .where(
      'user_id',
      'in',
      rows.map(({ user_id }) => user_id),
    )
    .where('removed_at', 'is', null)
    .where('verified_at', 'is not', null)
    .orderBy('created_at')
    .execute()
  const ofUser = Map.groupBy(authenticators, ({ user_id }) => user_id)
  const enabled = enabledMethods(tenant)
  return rows.map((row) => {
    const enrolled = enrolledMethods(ofUser.get(row.user_id) ?? [], enabled)
    return {
      ...toUserAttributes(row.user_id, row),
      isEnrolled: enrolled.length > 0,
      enrolledVerificationMethods: enrolled,
      createdAt: toIso(row.created_at),
    }
  })
}
