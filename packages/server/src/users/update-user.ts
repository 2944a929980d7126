import type { VerificationMethod } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { AuthenticatorDetails } from '../authenticators/authenticator-row.ts'
import { listAuthenticators } from '../authenticators/list-authenticators.ts'
import { isEnabledMethod } from '../configuration/enabled-methods.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db, Store } from '../storage/store.ts'
import { refuseOutOfBounds, refuseUndeclared, typeCustomData } from '../tracked/type-custom-data.ts'
import { ensureUser, findUser, type UserRow } from '../user-record/user-row.ts'
import { toUserAttributes, type UserAttributes } from './user-json.ts'

/** `null` clears an attribute, absence leaves it. */
export interface UserChange {
  email?: string | null
  emailVerified?: boolean
  phoneNumber?: string | null
  phoneNumberVerified?: boolean
  username?: string | null
  displayName?: string | null
  custom?: Record<string, unknown> | null
  locale?: string | null
  defaultVerificationMethod?: string | null
}

export interface UpdateUserDeps {
  store: Store
  clock: () => number
  newId: () => string
}

/**
 * Changes what is known of a user, making the user when there is none.
 *
 * An address or a number that changes is no longer verified, unless the same request says it is; then the authenticators that send to it move along.
 */
export async function updateUser(
  deps: UpdateUserDeps,
  tenant: Tenant,
  userId: string,
  change: UserChange,
  actor: Actor,
): Promise<UserAttributes> {
  const at = deps.clock()
  const { tenantId } = tenant
  const method = change.defaultVerificationMethod
  if (typeof method === 'string' && !isEnabledMethod(tenant, method)) {
    throw new ApiError('invalid_request', `${method} is not an enabled verification method`)
  }
  const custom = typeCustomData(change.custom ?? undefined, tenant.dataPoints, 'user')
  if (tenant.settings.strict) refuseUndeclared(tenant.dataPoints, custom, 'user')
  refuseOutOfBounds(custom, tenant.dataPoints, 'user')
  return deps.store.transaction({ tenantId, userId }, async ({ db }) => {
    await ensureUser(db, tenantId, userId, at)
    const row = await findUser(db, tenantId, userId)
    if (row === undefined) throw new Error('a user that was just ensured is not there')
    const changed = changedColumns(row, change, custom, at)
    await db.updateTable('users').set(changed).where('tenant_id', '=', tenantId).where('user_id', '=', userId).execute()
    if (change.emailVerified && changed.email) {
      await moveAuthenticators(db, tenantId, userId, ['EMAIL_OTP', 'EMAIL_MAGIC_LINK'], { email: changed.email })
    }
    if (change.phoneNumberVerified && changed.phone_number) {
      await moveAuthenticators(db, tenantId, userId, ['SMS', 'WHATSAPP'], { phoneNumber: changed.phone_number })
    }
    await insertAuditEntry(db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: 'user.updated',
      userId,
      details: { attributes: Object.keys(change) },
    })
    return toUserAttributes(userId, { ...row, ...changed })
  })
}

function changedColumns(row: UserRow, change: UserChange, custom: Record<string, unknown>, at: number) {
  const email = change.email === undefined ? row.email : change.email
  const phone = change.phoneNumber === undefined ? row.phone_number : change.phoneNumber
  return {
    email,
    email_verified: toFlag(email !== null && (change.emailVerified ?? (email === row.email && row.email_verified === 1))),
    phone_number: phone,
    phone_number_verified: toFlag(
      phone !== null && (change.phoneNumberVerified ?? (phone === row.phone_number && row.phone_number_verified === 1)),
    ),
    username: change.username === undefined ? row.username : change.username,
    display_name: change.displayName === undefined ? row.display_name : change.displayName,
    locale: change.locale === undefined ? row.locale : change.locale,
    default_verification_method:
      change.defaultVerificationMethod === undefined ? row.default_verification_method : change.defaultVerificationMethod,
    custom: change.custom === undefined ? row.custom : JSON.stringify(custom),
    updated_at: at,
  }
}

async function moveAuthenticators(
  db: Db,
  tenantId: string,
  userId: string,
  methods: readonly VerificationMethod[],
  destination: Pick<AuthenticatorDetails, 'email' | 'phoneNumber'>,
): Promise<void> {
  for (const authenticator of await listAuthenticators(db, tenantId, userId)) {
    if (!methods.some((method) => method === authenticator.verification_method)) continue
    await db
      .updateTable('authenticators')
      .set({ details: JSON.stringify({ ...JSON.parse(authenticator.details), ...destination }) })
      .where('tenant_id', '=', tenantId)
      .where('user_authenticator_id', '=', authenticator.user_authenticator_id)
      .execute()
  }
}

function toFlag(value: boolean): 0 | 1 {
  return value ? 1 : 0
}
